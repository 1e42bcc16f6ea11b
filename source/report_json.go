package source

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/units"
)

type reportJSON struct {
	Found   []zoneJSON       `json:"found"`
	Skipped []skipJSON       `json:"skipped"`
	Assumed []assumptionJSON `json:"assumed"`
}

// zoneJSON is a Zone. What is not known, or is of no one part, is left out.
type zoneJSON struct {
	ID        string            `json:"id"`
	Name      string            `json:"name,omitempty"`
	Parent    string            `json:"parent,omitempty"`
	Model     string            `json:"model,omitempty"`
	Kind      string            `json:"kind"`
	Level     string            `json:"level"`
	Socket    *int              `json:"socket,omitempty"`
	Die       *int              `json:"die,omitempty"`
	Beside    bool              `json:"beside,omitempty"` // overlaps others; in no sum
	Idle      units.Power       `json:"idle_watts,omitempty"`
	IdleSigma float64           `json:"idle_relative_uncertainty,omitempty"`
	Period    float64           `json:"period_seconds,omitempty"`
	Unit      units.Microjoules `json:"unit_microjoules,omitempty"`
	Method    string            `json:"method"`
	Nature    string            `json:"nature"`
	Source    string            `json:"source"`
	Detail    string            `json:"detail,omitempty"`
	Sigma     float64           `json:"relative_uncertainty"`
}

type skipJSON struct {
	What   string `json:"what"`
	Why    string `json:"why,omitempty"`
	Remedy string `json:"remedy,omitempty"`
}

type assumptionJSON struct {
	What   string `json:"what"`
	Value  string `json:"value"`
	Why    string `json:"why"`
	Remedy string `json:"remedy,omitempty"`
}

// MarshalJSON returns r with the lists "found", "skipped" and "assumed", which
// are there even if they are empty. Kinds, levels, methods and natures are
// names, and units stand in the keys.
func (r Report) MarshalJSON() ([]byte, error) {
	j := reportJSON{Found: []zoneJSON{}, Skipped: []skipJSON{}, Assumed: []assumptionJSON{}}
	for _, z := range r.Found {
		j.Found = append(j.Found, zoneOf(z))
	}
	for _, s := range r.Skipped {
		why := ""
		if s.Err != nil {
			why = s.Err.Error()
		}
		j.Skipped = append(j.Skipped, skipJSON{s.What, why, s.Remedy})
	}
	for _, a := range r.Assumed {
		j.Assumed = append(j.Assumed, assumptionJSON(a))
	}
	b, err := json.Marshal(j)
	if err != nil {
		return nil, fmt.Errorf("source: encode report: %w", err)
	}
	return b, nil
}

// UnmarshalJSON reads what MarshalJSON returns, and encoding that again gives
// the same text. Of the error of a skip only the text comes back: [errors.Is]
// finds nothing in it. The nature of a zone is the one it has, said or implied.
func (r *Report) UnmarshalJSON(b []byte) error {
	var j reportJSON
	if err := json.Unmarshal(b, &j); err != nil {
		return fmt.Errorf("source: read report: %w", err)
	}
	var read Report
	for _, zj := range j.Found {
		z, err := zj.zone()
		if err != nil {
			return fmt.Errorf("source: read report: zone %.80q: %w", zj.ID, err)
		}
		read.Found = append(read.Found, z)
	}
	for _, s := range j.Skipped {
		skip := Skip{What: s.What, Remedy: s.Remedy}
		if s.Why != "" {
			skip.Err = errors.New(s.Why)
		}
		read.Skipped = append(read.Skipped, skip)
	}
	for _, a := range j.Assumed {
		read.Assumed = append(read.Assumed, Assumption(a))
	}
	*r = read
	return nil
}

func zoneOf(z Zone) zoneJSON {
	o := z.Origin
	return zoneJSON{
		ID: z.ID, Name: z.Name, Parent: z.Parent, Model: z.Model, Kind: z.Kind.String(), Level: z.Level.String(),
		Socket: place(z.Socket), Die: place(z.Die), Beside: z.Beside, Idle: z.Idle, IdleSigma: z.IdleSigma,
		Period: z.Period.Seconds(), Unit: z.Unit,
		Method: o.Method.String(), Nature: o.Weight().String(), Source: o.Name, Detail: o.Detail, Sigma: o.Sigma,
	}
}

func (j zoneJSON) zone() (Zone, error) {
	z := Zone{
		ID: j.ID, Name: j.Name, Parent: j.Parent, Model: j.Model, Socket: -1, Die: -1, Beside: j.Beside,
		Idle: j.Idle, IdleSigma: j.IdleSigma, Unit: j.Unit,
		Origin: Origin{Name: j.Source, Detail: j.Detail, Sigma: j.Sigma},
	}
	if j.Socket != nil {
		z.Socket = *j.Socket
	}
	if j.Die != nil {
		z.Die = *j.Die
	}
	if !(j.Period >= 0 && j.Period < 1e9) || j.Idle < 0 || j.IdleSigma < 0 || j.Sigma < 0 || z.Socket < -1 || z.Die < -1 {
		return z, errors.New("a figure is below 0 or too large")
	}
	z.Period = time.Duration(math.Round(j.Period * 1e9))
	return z, errors.Join(z.Kind.Set(j.Kind), z.Level.Set(j.Level), z.Origin.Method.Set(j.Method), z.Origin.Nature.Set(j.Nature))
}

// place returns the number of a socket or die; nil if it is of no one.
func place(n int) *int {
	if n < 0 {
		return nil
	}
	return &n
}
