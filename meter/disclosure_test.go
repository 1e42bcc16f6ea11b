package meter_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// disclosed is the document of a host with a card, half of which is the scope's.
func disclosed(t *testing.T, about sci.Disclosure) (*sci.Disclosure, meter.Usage) {
	t.Helper()
	cpu := metertest.Package(0)
	cpu.Idle = 40
	machine := metertest.New(8, cpu, card("gpu/0", h100))
	h := &holder{Source: machine.Source(), holds: []source.Hold{{Zone: "gpu/0", Static: 0.5, Dynamic: 0.5, Why: "gpu.WithShare"}}}
	m := begin(t, meter.WithSource(h), meter.WithScope(machine.Scope()), meter.WithRoots("", t.TempDir()),
		meter.WithSite(sci.Site{PUE: 1.2}), meter.WithGrid(intensity.Country("FR")))
	u := window(t, m, func() {
		m.Count("request", 2000)
		machine.Run(time.Hour, metertest.Phase{Own: time.Hour, Busy: 2 * time.Hour,
			Energy: map[string]units.Microjoules{"package-0": joules(360_000), "gpu/0": joules(1_080_000)}})
	})
	d, err := u.Disclosure("request", about)
	require.NoError(t, err)
	return d, u
}

func TestDisclosureAddsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
		d, u := disclosed(t, sci.Disclosure{
			Software: sci.Software{Name: "shop", Version: "v1"}, Unit: sci.FunctionalUnit{Scale: 1000, Rationale: "it is what is sold"},
			Boundary: sci.BoundaryStatement{Excluded: []sci.BoundaryItem{{Name: "clients", Why: "a study of 2025 puts them at 2 %"}}},
		})
		score, err := u.Score("request")
		require.NoError(t, err)
		require.Equal(t, float64(score.Per(1000).Carbon()), d.Result.Score.Value)
		require.Equal(t, sci.GSF11, d.Profile)
		require.Equal(t, "shop", d.Software.Name)

		var it, facility, o, m float64
		var walk func([]sci.ComponentStatement)
		walk = func(parts []sci.ComponentStatement) {
			for _, c := range parts {
				it += c.IT.Or(0)
				facility += c.Facility.Or(0)
				o += c.Operational.Or(0)
				m += c.Embodied.Or(0)
				if c.Grid != nil {
					require.InEpsilon(t, c.Operational.Value, c.Grid.Value.Value*c.Facility.Value, 1e-9, c.ID)
				}
				for _, h := range c.Hardware {
					require.InEpsilon(t, h.M.Value, h.TE.Value*h.Reserved.Value/h.Lifespan.Value*h.Share.Value, 1e-9, c.ID)
				}
				walk(c.Parts)
			}
		}
		walk(d.Components)
		require.InEpsilon(t, d.Result.IT.Value, it, 1e-9)
		require.InEpsilon(t, d.Result.Facility.Value, facility, 1e-9)
		require.InEpsilon(t, d.Result.Operational.Value, o, 1e-9)
		require.InEpsilon(t, d.Result.Embodied.Value, m, 1e-9)
		require.Equal(t, "gpu/0", d.Components[1].ID)
		require.Equal(t, h100, d.Components[1].Hardware[0].Name)
		require.InDelta(t, 0.5, d.Components[1].Hardware[0].Share.Value, 1e-6)
		require.Equal(t, "average", d.Grid.Kind)
		require.Equal(t, []string{"clients", "network"}, []string{d.Boundary.Excluded[0].Name, d.Boundary.Excluded[1].Name}, "what people say comes first, and once")
		require.Len(t, d.InputsDigest, 64)
		b, err := json.Marshal(d)
		require.NoError(t, err)
		var back sci.Disclosure
		require.NoError(t, json.Unmarshal(b, &back))
		require.Equal(t, *d, back)
	})
}

// What a meter hands over is silent under our own verification, keeps every rule
// of GSF 1.1, and by an average signal breaks the one of ISO that wants a marginal
// one.
func TestDisclosureIsVerified(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		wait(time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
		d, _ := disclosed(t, sci.Disclosure{Software: sci.Software{Name: "shop"}, Unit: sci.FunctionalUnit{Scale: 1000, Rationale: "it is what is sold"}})
		require.Empty(t, sci.Verify(d))
		broken := func(p sci.Profile) (rules []string) {
			for _, v := range sci.Conform(d, p) {
				if v.Outcome == sci.Fail {
					rules = append(rules, v.Rule+": "+v.Evidence)
				}
			}
			return rules
		}
		require.Empty(t, broken(sci.GSF11))
		iso := broken(sci.ISO21031)
		require.Len(t, iso, 1)
		require.Contains(t, iso[0], "I-ISO")
		require.Contains(t, iso[0], "average")
		b, err := d.Canonical()
		require.NoError(t, err)
		again, err := sci.ParseDisclosure(b)
		require.NoError(t, err)
		require.Equal(t, d, again)
	})
}

func TestDisclosureNeedsAScore(t *testing.T) {
	_, err := meter.Usage{}.Disclosure("request", sci.Disclosure{})
	require.ErrorIs(t, err, sci.ErrNotMeasured)
}
