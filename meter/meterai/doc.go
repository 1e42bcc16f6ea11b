// Package meterai counts the tokens of language models for the accounts of a
// meter, from what OpenAI-compatible services say of themselves: the usage object
// of a JSON answer, or of the events of a stream, which goes on to its reader as
// it comes and is not kept.
//
//	client := &http.Client{Transport: meterai.Transport(nil, meterai.ByModel(m))}
//
// and in front of a model, with [net/http/httputil.ReverseProxy]:
//
//	proxy.ModifyResponse = meterai.ModifyResponse(meterai.ByModel(m))
//
// Kinds of tokens are units of their own, which do not overlap: those of a prompt
// that were in a cache are token.cached and not token.input, those that a model
// thought are token.reasoning and not token.output.
package meterai
