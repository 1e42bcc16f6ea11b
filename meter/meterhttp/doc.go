// Package meterhttp charges HTTP requests to the accounts of a meter, one for
// each route: energy, carbon and how many there were, by pattern and never by
// path, so that their number is bounded.
//
//	http.ListenAndServe(":8080", meterhttp.Handler(m, mux))
//
// A response goes to the client as without it: streams, hijacked connections,
// HTTP/2 and panics pass through untouched.
package meterhttp
