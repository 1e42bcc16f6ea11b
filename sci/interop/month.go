package interop

import "strings"

// monthNames are the months in English, French, Spanish, Italian, Portuguese,
// German and Dutch, and what they are cut to.
var monthNames = [12]string{
	"january janvier enero gennaio janeiro januar januari jänner jan janv ene gen",
	"february février fevrier febrero febbraio fevereiro februar februari feb févr fevr fev",
	"march mars marzo março marco märz maerz maart mar mär mrt",
	"april avril abril aprile apr avr abr",
	"may mai mayo maggio maio mei mag",
	"june juin junio giugno junho juni jun giu",
	"july juillet julio luglio julho juli jul juil lug",
	"august août aout agosto augustus aug ago",
	"september septembre septiembre setiembre settembre setembro sept sep set",
	"october octobre octubre ottobre outubro oktober oct okt ott out",
	"november novembre noviembre novembro nov",
	"december décembre decembre diciembre dicembre dezembro dezember dec déc dez dic",
}

var months = "(" + strings.ReplaceAll(strings.Join(monthNames[:], " "), " ", "|") + ")"

// monthOf returns the month of a name, from 1; 0 is none.
func monthOf(name string) int {
	name = " " + strings.ToLower(name) + " "
	for i, names := range monthNames {
		if strings.Contains(" "+names+" ", name) {
			return i + 1
		}
	}
	return 0
}
