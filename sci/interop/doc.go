// Package interop reads and writes SCI documents of other people: manifests and
// outputs of the Impact Framework, submissions and public disclosures of the
// Green Software Foundation, and reports for CI systems.
//
// [Read] makes a [Document]: the figures as a [sci.Disclosure], and where each
// of them stands. It states what the document states, right or wrong; package
// sci finds out which. Nothing that can be read in two ways is read in silence:
// it is in Document.Notes.
//
// [Run] computes a manifest of the Impact Framework, by what it means (Strict)
// or to the bit as the original does (Compat). [WriteGSFForm], [WriteIMP],
// [WriteISO] and [WriteImpactFramework] write a disclosure in the forms of
// others; [SARIF] and [JUnit] write what was found.
//
// Nothing here opens files or uses the network. All functions are safe for
// concurrent use.
package interop
