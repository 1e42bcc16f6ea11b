package fetch

import (
	"encoding/base64"
	"net/url"
	"strings"
)

const hidden = "[hidden]"

// A redactor takes the forms of one secret out of texts.
type redactor struct{ r *strings.Replacer }

// newRedactor knows the secret as it stands, escaped for a URL, in base64, and
// what follows a colon in it, as in "user:password".
func newRedactor(secret string) redactor {
	var pairs []string
	add := func(s string) {
		if s != "" {
			pairs = append(pairs, s, hidden)
		}
	}
	add(base64.StdEncoding.EncodeToString([]byte(secret)))
	add(url.QueryEscape(secret))
	add(url.PathEscape(secret))
	add(secret)
	if _, password, ok := strings.Cut(secret, ":"); ok {
		add(url.QueryEscape(password))
		add(password)
	}
	return redactor{strings.NewReplacer(pairs...)}
}

func (r redactor) text(s string) string {
	if r.r == nil {
		return s
	}
	return r.r.Replace(s)
}
