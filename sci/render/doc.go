// Package render shows a [sci.Disclosure] to people and to other programs: as
// Markdown, as one page of HTML that needs nothing else, and as a CSV ledger.
package render
