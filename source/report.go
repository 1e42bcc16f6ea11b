package source

// A Skip is something that was looked for and is not used.
type Skip struct {
	What   string // such as "rapl" or "rapl/package-1"
	Err    error  // why
	Remedy string // what a person can do about it; "": nothing
}

// An Assumption is a value that nobody gave and that a figure rests on.
type Assumption struct {
	What   string // such as "pue"
	Value  string // such as "1.54"
	Why    string // where the value comes from
	Remedy string // how to give a better one
}

// A Report says what was found, what was not and why, and what is assumed. It
// tells the present state: a zone that was lost since the start is skipped.
type Report struct {
	Found   []Zone
	Skipped []Skip
	Assumed []Assumption
}

// Merge returns r with everything of o after its own.
func (r Report) Merge(o Report) Report {
	r.Found = append(r.Found[:len(r.Found):len(r.Found)], o.Found...)
	r.Skipped = append(r.Skipped[:len(r.Skipped):len(r.Skipped)], o.Skipped...)
	r.Assumed = append(r.Assumed[:len(r.Assumed):len(r.Assumed)], o.Assumed...)
	return r
}
