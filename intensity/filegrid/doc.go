// Package filegrid reads the intensities of grids from files: CSV of a
// documented form, and the JSON of an [intensity.Series]. It needs no network.
// A [Provider] has now, the past and, where a file reaches so far, the future,
// and is a grid at once, which a meter reads again as the files change.
//
// # CSV
//
// Lines that start with # are comments. The first other line names the columns;
// case, spaces, underscores and brackets in names do not matter:
//
//	start              also time, datetime, timestamp, from, unix
//	end                also to; without it a row lasts Config.Step, or else as
//	                   long as it is apart from its nearer neighbour
//	<any> <unit>       the figure: "intensity_gco2e_per_kwh", "lb/MWh",
//	                   "Carbon Intensity gCO₂eq/kWh (direct)"
//	zone               also zone_id, region; without it all is of Config.Zone
//	quality            a word of intensity.Quality
//	estimated          true or false, in place of quality
//	updated_at         when the figure was last revised
//	issued_at          when a forecast was made
//
// Other columns are left out. Units are grams, kilograms, tonnes and pounds per
// kWh, MWh and GWh, and a column without one is refused unless Config says it.
// Of several columns with a unit, that of the boundary of Config.Signal is
// taken ("direct", "LCA", "lifecycle"), or the one that Config.Column names.
//
// Times are RFC 3339 with an offset, or seconds since 1970 in a column unix. A
// time without an offset is refused, since nobody knows which clock it is of,
// unless the name of its column says UTC ("Datetime (UTC)", "start_utc"), or
// Config does.
//
// Where the length of rows is inferred, a distance that does not follow upon the
// same one anywhere is a gap, and a row alone in gaps lasts the smallest step,
// of which all distances have to be multiples.
//
// An empty field, null, NA and NaN are no figure. Rows may come in any order.
// Two of one time with different figures are refused, unless updated_at says
// which is the later one, as [intensity.NewSeries] does it. Errors tell file,
// line and column.
package filegrid
