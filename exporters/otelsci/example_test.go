package otelsci_test

import (
	"context"
	"fmt"
	"time"

	"go.opentelemetry.io/otel/exporters/stdout/stdoutmetric"
	sdk "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"

	"github.com/scimeter/scimeter/exporters/otelsci"
	"github.com/scimeter/scimeter/intensity"
	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/metertest"
	"github.com/scimeter/scimeter/units"
)

// The machine is scripted; a program leaves its options out. So is the reader:
// a program takes sdk.NewPeriodicReader(exporter). The view drops all but one
// metric, for shortness.
func Example() {
	zone := metertest.Package(0)
	zone.Idle = 1e-9 // W; all energy is that of work
	machine := metertest.New(1, zone)
	ctx := context.Background()
	m, err := meter.Start(ctx, machine.Options(), meter.WithReservation(meter.WholeMachine()), meter.WithoutRest(),
		meter.WithGrid(intensity.Country("FR")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Stop()

	reader := sdk.NewManualReader()
	mp := sdk.NewMeterProvider(sdk.WithReader(reader), sdk.WithView(only("sci.zone.energy")))
	reg, err := otelsci.Register(m, otelsci.WithMeterProvider(mp))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer reg.Unregister()

	u, err := m.Measure(ctx, "work", func(context.Context) error {
		machine.Run(time.Millisecond, metertest.Phase{Own: time.Second, Busy: time.Second,
			Energy: map[string]units.Microjoules{"package-0": 12_500_000}})
		return nil
	})
	fmt.Println(u.Energy(), err)

	var all metricdata.ResourceMetrics
	if err := reader.Collect(ctx, &all); err != nil {
		fmt.Println(err)
		return
	}
	all.Resource = nil // of this process
	exporter, err := stdoutmetric.New(stdoutmetric.WithoutTimestamps())
	if err != nil {
		fmt.Println(err)
		return
	}
	_ = exporter.Export(ctx, &all)
	// Output:
	// 12.5 J <nil>
	// {"Resource":null,"ScopeMetrics":[{"Scope":{"Name":"github.com/scimeter/scimeter/exporters/otelsci","Version":"0.1.0","SchemaURL":"https://opentelemetry.io/schemas/1.43.0","Attributes":null},"Metrics":[{"Name":"sci.zone.energy","Description":"The energy of sci.energy again, by the part of the machine that used it.","Unit":"J","Data":{"DataPoints":[{"Attributes":[{"Key":"hw.type","Value":{"Type":"STRING","Value":"cpu"}},{"Key":"sci.nature","Value":{"Type":"STRING","Value":"calculated"}},{"Key":"sci.source","Value":{"Type":"STRING","Value":"metertest"}},{"Key":"sci.zone","Value":{"Type":"STRING","Value":"package-0"}}],"StartTime":"0001-01-01T00:00:00Z","Time":"0001-01-01T00:00:00Z","Value":12.5}],"Temporality":"CumulativeTemporality","IsMonotonic":true}}]}]}
}

// only returns a view that drops all instruments but one.
func only(name string) sdk.View {
	return func(i sdk.Instrument) (sdk.Stream, bool) {
		return sdk.Stream{Aggregation: sdk.AggregationDrop{}}, i.Name != name
	}
}
