package sci_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/sci"
)

func TestParseProfile(t *testing.T) {
	for text, want := range map[string]sci.Profile{
		"gsf-1.1": sci.GSF11, " GSF-1.1 ": sci.GSF11, "SCI (GSF 1.1)": sci.GSF11, "GSF SCI 1.1": sci.GSF11,
		"iso-21031-2024": sci.ISO21031, "ISO/IEC 21031:2024": sci.ISO21031, "swi-0.1": sci.SWI01,
		"sci-ai-consumer": sci.SCIAIConsumer, "sci-ai-provider": sci.SCIAIProvider,
	} {
		got, err := sci.ParseProfile(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
	for _, text := range []string{"", "iso", "gsf-1.0", "sci-ai"} {
		_, err := sci.ParseProfile(text)
		require.ErrorIs(t, err, sci.ErrProfile, text)
		require.ErrorIs(t, sci.Profile(text).Check(), sci.ErrProfile, text)
	}
}

func TestProfiles(t *testing.T) {
	for _, p := range sci.Profiles() {
		require.NoError(t, p.Check())
		require.NotEmpty(t, p.Edition())
		require.NotEmpty(t, p.Rules())
		back, err := sci.ParseProfile(p.Edition())
		require.NoError(t, err)
		require.Equal(t, p, back)
	}
	require.Empty(t, sci.Profile("other").Edition())
	require.Empty(t, sci.Profile("other").Rules())
}

// Only ISO with a marginal signal prints the name of the standard.
func TestProfileNameOfAll(t *testing.T) {
	for _, p := range sci.Profiles() {
		for _, kind := range []intensity.Kind{0, intensity.ShortRunMarginal, intensity.LongRunMarginal, intensity.Average, intensity.OffGrid} {
			want := "SCI (GSF 1.1)"
			if p == sci.ISO21031 && (kind == intensity.ShortRunMarginal || kind == intensity.LongRunMarginal) {
				want = "ISO/IEC 21031"
			}
			require.Equal(t, want, p.Name(intensity.Signal{Kind: kind}), "%s %v", p, kind)
		}
	}
}
