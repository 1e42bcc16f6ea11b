package intensity_test

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// aGrid is two months of a grid with clean afternoons and windy weeks.
func aGrid() *intensity.Series {
	first := time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)
	s := &intensity.Series{}
	for i := range 66 * 24 {
		sun := math.Max(0, math.Sin(float64(i%24-6)/12*math.Pi))
		wind := 60 * math.Sin(float64(i)/90)
		s.Points = append(s.Points, intensity.Point{
			Start: first.Add(time.Duration(i) * time.Hour), End: first.Add(time.Duration(i+1) * time.Hour),
			Value:  units.Intensity(400 - 150*sun - wind),
			Signal: intensity.AverageLifecycle(intensity.Consumption), Quality: intensity.Measured, Zone: "DE",
			Origin: source.Origin{Method: source.Estimated, Name: "meters"},
		})
	}
	return s
}

func ExampleEWProfile_Forecast() {
	history := aGrid()
	now := time.Date(2026, 5, 7, 0, 0, 0, 0, time.UTC)
	o, err := intensity.EWProfile{}.Forecast(history, now, 48*time.Hour)
	if err != nil {
		fmt.Println(err) // says what is missing
		return
	}
	for _, ahead := range []time.Duration{0, 12 * time.Hour, 36 * time.Hour} {
		p, err := o.At(now.Add(ahead))
		if err != nil {
			fmt.Println(err)
			return
		}
		b, err := o.Band(now.Add(ahead), 0.90)
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Printf("%s: %.0f gCO2e/kWh, 90 %% between %.0f and %.0f\n",
			p.Start.Format("Mon 15:04"), float64(p.Value), float64(b.Low), float64(b.High))
	}
	// Output:
	// Thu 00:00: 453 gCO2e/kWh, 90 % between 444 and 462
	// Thu 12:00: 294 gCO2e/kWh, 90 % between 269 and 319
	// Fri 12:00: 280 gCO2e/kWh, 90 % between 234 and 327
}

func ExampleSplice() {
	history := aGrid()
	now := history.Points[len(history.Points)-1].End
	// The provider looks six hours ahead.
	theirs := &intensity.Series{}
	for h := range 6 {
		p := history.Points[0]
		p.Start, p.End = now.Add(time.Duration(h)*time.Hour), now.Add(time.Duration(h+1)*time.Hour)
		p.Value, p.Quality, p.IssuedAt = 300, intensity.Forecast, now
		p.Origin.Name = "weather office"
		theirs.Points = append(theirs.Points, p)
	}
	ours, err := intensity.EWProfile{}.Forecast(history, now, 24*time.Hour)
	if err != nil {
		fmt.Println(err)
		return
	}
	all, err := intensity.Splice(history, theirs, ours.Series)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, ahead := range []time.Duration{-time.Hour, 0, 6 * time.Hour} {
		p, err := all.At(now.Add(ahead))
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(p.Start.Format("15:04"), p.Origin.Name)
	}
	// Output:
	// 23:00 meters
	// 00:00 weather office
	// 06:00 ew-profile
}

func ExampleHistoryError() {
	history := aGrid()
	now := history.Points[len(history.Points)-1].End.Add(100 * time.Hour)
	_, err := intensity.EWProfile{}.Forecast(history, now, 24*time.Hour)
	if errors.Is(err, intensity.ErrHistory) {
		fmt.Println(err)
	}
	// Output:
	// intensity: forecast zone "DE": the last figure is 100h0m0s old, more than 72h0m0s: use a forecast of the provider or an annual average
}
