package sci

// A gridWord is a word of a statement of an intensity that says what it is an
// intensity of, and not how much.
type gridWord struct {
	path     string
	expected bool // in every disclosure
	of       func(*GridStatement) string
	take     func(g, from *GridStatement)
}

var gridWords = [...]gridWord{
	{
		"/kind", true, func(g *GridStatement) string { return g.Kind },
		func(g, from *GridStatement) { g.Kind = from.Kind },
	},
	{
		"/boundary", true, func(g *GridStatement) string { return g.Boundary },
		func(g, from *GridStatement) { g.Boundary = from.Boundary },
	},
	{
		"/accounting", true, func(g *GridStatement) string { return g.Accounting },
		func(g, from *GridStatement) { g.Accounting = from.Accounting },
	},
	{
		"/approach", false, func(g *GridStatement) string { return g.Approach },
		func(g, from *GridStatement) { g.Approach = from.Approach },
	},
	{
		"/source", true, func(g *GridStatement) string { return g.Source },
		func(g, from *GridStatement) { g.Source = from.Source },
	},
	{
		"/granularity", false, func(g *GridStatement) string { return g.Granularity },
		func(g, from *GridStatement) { g.Granularity = from.Granularity },
	},
	{
		"/losses_included", false, func(g *GridStatement) string { return yesOrNo(g.Losses) },
		func(g, from *GridStatement) { g.Losses = from.Losses },
	},
}

// under returns what is in effect where g is stated below above: what g does not
// say of itself is as above.
func (g *GridStatement) under(above *GridStatement) *GridStatement {
	if g == nil {
		return above
	}
	own := *g
	for _, w := range gridWords {
		if w.of(g) == "" {
			w.take(&own, above)
		}
	}
	if own.Zone == "" {
		own.Zone = above.Zone
	}
	if own.Vintage == 0 {
		own.Vintage = above.Vintage
	}
	return &own
}

// alike reports whether two statements are of one kind and source.
func (g *GridStatement) alike(o *GridStatement) bool {
	for _, w := range gridWords {
		if w.of(g) != w.of(o) {
			return false
		}
	}
	return true
}

// under returns what is in effect where s is stated below above.
func (s *SiteStatement) under(above *SiteStatement) *SiteStatement {
	if s == nil {
		return above
	}
	own := *s
	if own.PUE == nil {
		own.PUE = above.PUE
	}
	if own.Source == "" {
		own.Source = above.Source
	}
	return &own
}
