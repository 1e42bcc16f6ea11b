// Package render shows a [sci.Disclosure] to people and to other programs: as
// Markdown, as one page of HTML that needs nothing else, and as a CSV ledger.
//
// A figure is printed no finer than its uncertainty allows, and has its full
// precision beside it: in the title of the HTML, in the JSON that the page
// carries, in the cells of the ledger. What is not stated is shown as not stated.
// What the document leaves to be worked out from its other figures, O as E·I and
// M from the hardware, is marked as worked out.
//
// All text of a document is taken for what anybody may have written: none of it
// becomes markup, a script or a formula. What has no canonical form
// ([sci.Disclosure.Canonical]) is refused with its errors. The functions are safe
// for concurrent use.
package render
