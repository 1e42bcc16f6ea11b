// Package fetch is the client that every provider of live grid intensity asks
// the network with. A program that only uses a provider meets [Options], which
// each of them takes, [Cache], and the errors.
//
//	cache := &fetch.Cache{Dir: "/var/cache/scimeter"}
//	uk := ukgrid.New(ukgrid.Config{Fetch: fetch.Options{Cache: cache}})
//
// # Errors
//
// An error of a provider is an [*Error] of one class, to be tested with
// errors.Is: [ErrAuth], [ErrPlan], [ErrNotFound], [ErrRequest],
// [ErrRateLimited], [ErrTemporary], [ErrRedirect], [ErrTooLarge], [ErrDecode],
// [ErrZoneMismatch] and [ErrNoData]. [Code] gives its name for a metric. No
// error shows a secret, nor a query string.
//
// # How a service is asked
//
// By GET alone, with a time limit and a limit to the size of the answer, at the
// rate that the provider's package states; a redirect to another host is
// refused, so that a key reaches nobody else. Calls for the same thing at once
// share one request, which ends when the last of them gives up. What failed for
// a while is asked for again with growing, random pauses, or when the service
// says (Retry-After); what cannot get better, such as a refused key, is
// remembered and not asked for again for some minutes. After five failures in a
// row there is one attempt a minute; to be told to wait, but not how long, is a
// failure too.
//
// A figure is asked for at most once a step of its grid. Past days are kept, in
// memory and if wanted in a directory: for good once the source no longer
// revises them and they are whole, of the quality that the source ends up with;
// a settled day that is not is asked for again each time that it has grown older
// by an eighth, after an hour at the earliest. Younger days are kept for an
// outage, in which they come beside the error. A clock of ours that runs ahead
// makes no day final: the Date of the answers, and when figures say that they
// were made, count too.
package fetch
