package sci_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/sci"
)

// figuresOf returns all figures of a value, by JSON pointer.
func figuresOf(v reflect.Value, path string, found map[string]*sci.Figure) {
	switch v.Kind() {
	case reflect.Pointer:
		if f, ok := v.Interface().(*sci.Figure); ok {
			if f != nil {
				found[path] = f
			}
			return
		}
		if !v.IsNil() {
			figuresOf(v.Elem(), path, found)
		}
	case reflect.Slice:
		for i := range v.Len() {
			figuresOf(v.Index(i), fmt.Sprintf("%s/%d", path, i), found)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
				figuresOf(v.Field(i), path+"/"+name, found)
			}
		}
	}
}

// Whatever single figure is wrong, and by whatever factor, there is one finding
// and not a cascade; and there is one for every figure that another depends on.
func TestVerifyReportsAnErrorOnce(t *testing.T) {
	names := map[string]*sci.Figure{}
	figuresOf(reflect.ValueOf(certificate(t, "correct")), "", names)
	require.Greater(t, len(names), 100)
	unchecked := map[string]bool{}
	for _, k := range []float64{0.4, 0.93, 1.07, 1.25, 3.3, 1e-3, 3.6e6} {
		d := certificate(t, "correct")
		figures := map[string]*sci.Figure{}
		figuresOf(reflect.ValueOf(d), "", figures)
		for path, f := range figures {
			was := f.Value
			f.Value *= k
			found := sci.Verify(d)
			f.Value = was
			require.LessOrEqual(t, len(found), 1, "%s x %v: %+v", path, k, found)
			unchecked[path] = len(found) == 0 && (unchecked[path] || k == 0.4)
		}
	}
	for path, yes := range unchecked {
		if yes {
			require.Contains(t, []string{
				"/components/6/embodied_g", // is 0, whatever it is multiplied by
				"/memo/market_based_operational_g", "/memo/training_g",
			}, path)
		}
	}
}

// Inputs that every component repeats, as those of manifests do, are one input.
func TestVerifyOfRepeatedInputs(t *testing.T) {
	for path, k := range map[string]float64{"/intensity/g_per_kwh": 0.7, "/site/pue": 1.3} {
		d := certificate(t, "correct")
		grid, site := &d.Grid, &d.Site
		if path == "/site/pue" {
			site.PUE = scaled(site.PUE, k)
		} else {
			grid.Value = scaled(grid.Value, k)
		}
		all(d, func(c *sci.ComponentStatement) {
			if c.Grid == nil {
				c.Grid, c.Site = new(*grid), &sci.SiteStatement{PUE: new(*site.PUE)}
			}
		})
		found := sci.Verify(d)
		require.Len(t, found, 1, "%+v", found)
		require.Equal(t, path, found[0].Path)
	}
	d := certificate(t, "correct")
	priceAll(d, 2.6)
	d.Grid.Vintage, d.Grid.Source = 0, ""
	all(d, func(c *sci.ComponentStatement) {
		if c.Grid == nil {
			c.Grid = new(d.Grid)
		}
	})
	codes := map[string]int{}
	for _, f := range sci.Verify(d) {
		codes[f.Code]++
	}
	require.Equal(t, map[string]int{"intensity_low": 1, "vintage_missing": 1}, codes)
}
