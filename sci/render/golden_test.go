package render_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
	"github.com/scimeter/scimeter/sci/render"
)

var update = flag.Bool("update", false, "write the golden files anew")

// writers are the forms, by the name of their golden file.
var writers = map[string]func(io.Writer, *sci.Disclosure) error{
	"search.md":         func(w io.Writer, d *sci.Disclosure) error { return render.Markdown(w, d, verdicts(), findings()) },
	"search.html":       func(w io.Writer, d *sci.Disclosure) error { return render.HTML(w, d, verdicts(), findings()) },
	"search.csv.golden": render.CSV,
}

// The golden files are what somebody looked at and found good.
func TestGolden(t *testing.T) {
	for name, write := range writers {
		t.Run(name, func(t *testing.T) {
			var got, again bytes.Buffer
			require.NoError(t, write(&got, sample()))
			require.NoError(t, write(&again, sample()))
			require.Equal(t, got.String(), again.String(), "not the same bytes twice")
			file := filepath.Join("testdata", name)
			if *update {
				require.NoError(t, os.WriteFile(file, got.Bytes(), 0o644))
			}
			want, err := os.ReadFile(file)
			require.NoError(t, err)
			require.Equal(t, string(want), got.String())
		})
	}
}
