// Package interop reads and writes SCI documents of other people: manifests and
// outputs of the Impact Framework, submissions and public disclosures of the
// Green Software Foundation, and reports for CI systems.
//
// A reader makes a [Document]: the figures as a [sci.Disclosure], and where each
// of them stands. It states what the document states, right or wrong; package
// sci finds out which.
package interop
