// Package otelsci emits what a meter counts as OpenTelemetry metrics: energy,
// carbon, water and functional units as counters, the intensity of the grid and
// the score as gauges. It needs the API of OpenTelemetry alone; SDK, readers and
// exporters are the program's.
//
//	m, err := meter.Start(ctx, meter.WithGrid(intensity.Country("FR")))
//	...
//	reg, err := otelsci.Register(m)
//	...
//	defer reg.Unregister()
//
// In a file that has an OpenTelemetry Meter named meter as well, import ours
// under another name, such as scimeter.
//
// # Instruments
//
// All are of float64, and all but the histogram are observed together: one
// collection is one snapshot, that of the last tick of the meter. Counters are
// cumulative from the start of the meter, never fall (the up-down counter may),
// and are right for cumulative and delta temporality.
//
//	sci.energy  counter  J
//	    sci.account, sci.nature, sci.scope, labels of the account
//	    Energy charged to the software, at the input of the IT equipment:
//	    rest and supply loss are in, PUE is not.
//	sci.emissions  counter  g
//	    sci.account, sci.component, labels of the account
//	    CO2e: of the energy by the grid of its time, PUE in (operational),
//	    and of the hardware over its life (embodied).
//	sci.emissions.correction  up-down counter  g
//	    What operational sci.emissions would be more, or less, at the
//	    intensities known now. Add it; it may fall, and below 0.
//	sci.water  counter  L
//	    sci.account, labels of the account
//	    Water consumed in operation, on site and by the power stations.
//	sci.zone.energy  counter  J
//	    sci.zone, hw.type, sci.nature, sci.source, sci.scope
//	    The energy of sci.energy again, by the part of the machine that used
//	    it.
//	sci.zone.missing  counter  s
//	    sci.zone, sci.scope
//	    Time in which nothing was counted of a zone.
//	sci.energy.unpriced  counter  J
//	    sci.scope
//	    The part of sci.energy whose operational carbon is not known, and so
//	    not in sci.emissions.
//	sci.carbon.intensity  gauge  {gCO2e}/{kWh}
//	    sci.carbon.intensity.type, sci.signal, sci.grid.zone, sci.nature,
//	    sci.source
//	    Carbon intensity of the grid that is in use now.
//	sci.carbon.intensity.age  gauge  s
//	    sci.source
//	    Age of that intensity: since it was issued or revised, or else since
//	    the interval that it is of began.
//	sci.functional_units  counter  {functional_unit}
//	    sci.account, sci.functional_unit, sci.scope, labels of the account
//	    Functional units done: R.
//	sci.score  gauge  g/{functional_unit}
//	    sci.functional_unit, sci.idle_excluded, sci.scope
//	    SCI of the last complete window: CO2e per functional unit. Never
//	    average it: divide the rates of the counters.
//	sci.meter.energy  counter  J
//	    Energy used to measure, a part of sci.energy.
//	sci.meter.cpu.time  counter  s
//	    CPU time used to measure.
//	sci.meter.read.duration  histogram  s
//	    How long a reading of the scope and all sources took: of the last
//	    one at each collection.
//	sci.meter.errors  counter  {error}
//	    sci.source, error.type
//	    How often a source of energy, or the scope, did not answer.
//	sci.meter.missing  gauge  {state}
//	    1 if the last reading lacks a source, the scope or the intensity,
//	    else 0.
//	sci.info  gauge  {info}
//	    sci.scope, sci.policy, sci.reservation, sci.boundary, sci.pue,
//	    sci.pue.source, sci.embodied.source, sci.nature, sci.meter.parent
//	    Always 1; its attributes tell how the figures are made.
//	hw.energy  counter  J
//	    hw.id, hw.type, hw.name, hw.parent, hw.model, hw.vendor, sci.nature
//	    Energy of a component of the host, whoever used it.
//	hw.power  gauge  W
//	    hw.id, hw.type, hw.name, hw.parent, hw.model, hw.vendor, sci.nature
//	    Power of a component of the host: the mean between two of its
//	    readings, a tick apart at least.
//	hw.host.energy  counter  J
//	    hw.id, hw.name, sci.nature
//	    Energy of the whole host, whoever used it.
//	hw.host.power  gauge  W
//	    hw.id, hw.name, sci.nature
//	    Power of the whole host: the mean between two of its readings, a
//	    tick apart at least.
//
// There is no series, rather than one of 0, of what is not known: no
// operational emissions, no correction of them and no intensity without a grid, no score of a window
// without work or with energy that has no price, no water unless all factors of
// the site are known, no age of an annual average, no sci.meter.energy where no
// clock tells the CPU time of a thread, and no power of a counter that stands
// still.
//
// The names are in development, as those of the semantic conventions are. A
// View of the SDK renames or drops what does not suit.
//
// # Sums
//
// The sum of sci.energy over all its series is the energy charged to the scope,
// less what waits for the account that it belongs to, to the microjoule. It has
// no attribute of the hardware, since accounts are not split by it;
// sci.zone.energy is the same energy once more, split by hardware and not by
// account. Never add the two. The kinds in hw.type of sci.zone.energy are cpu,
// memory, gpu, module, platform, rest (what no counter sees) and psu_loss.
//
// sci.functional_units has the account for which units were counted; what was
// counted for none has no sci.account. Energy and emissions have no functional
// unit: a request that is also 300 tokens has its grams once. A score is a
// ratio of sums, never a mean of ratios:
//
//	  sum by (service_name) (rate(sci_emissions_grams_total[5m]))
//	/ on (service_name) group_right ()
//	  (sum by (service_name, sci_functional_unit) (rate(sci_functional_units_total[5m])) > 0)
//
// sci.score is that of one process, for a look. Where the grid does not cover
// all of the time, emissions are a lower bound: sci.energy.unpriced rises.
//
// Emissions are booked with the intensity known at the time. Where a live grid
// says later that it was another, or which it was, the difference is in
// sci.emissions.correction, for all accounts together; the counters stay. So what
// is known of a month now is
//
//	  sum by (service_name) (increase(sci_emissions_grams_total[30d]))
//	+ sum by (service_name) (delta(sci_emissions_correction_grams[30d]))
//
// which is right over times that are long against the days in which figures are
// revised: a correction comes when it is known, not when the energy was used.
//
// # One meter, once
//
// Register a meter once with a MeterProvider. A second registration of it, or
// of a meter that counts some of the same energy (see [meter.Meter.Covers]),
// would give the same series twice, and the SDK would add them up: every figure
// would be doubled. It is refused with a [*RegisteredError], until the first is
// unregistered.
//
// For that the package remembers what is registered where, in the one state
// that it has. Two packages of a program need not know of each other, and
// the API of OpenTelemetry does not tell what is registered, so that nobody but
// the process can. The memory keeps nothing alive. It finds nothing where the
// provider is no pointer, as that of the SDK is, nor between what is registered
// with the global MeterProvider before the program sets it and after: set it
// first.
//
// A nested meter is one with a [meter.Method.Parent]: it was started when the
// process, or a program around it, had a meter of the same energy already. It
// adds nothing to sums, for all of its life: it has neither sci.energy,
// sci.emissions with its correction and sci.water nor sci.zone.energy and
// sci.energy.unpriced, whose energy is in those of the parent. So start the meter with the widest scope
// first: what a later one has beyond its parent is in no sum. It keeps functional units, the score, the
// intensity and what it costs to measure. Its sci.info has sci.meter.parent, the
// ID of the parent, from which one sees why there are no sums. The meter's own
// ID is on no series, since it would make each start of a program a new one; to
// find a parent by it, put [meter.Method.ID] into the Resource of the program,
// as its service.instance.id.
//
// A meter of [meter.Machine] may stand beside meters of what runs on it. It
// emits neither sci.emissions, nor its correction, nor sci.water, for those do,
// and sums over both would count them twice. Its series of energy, of functional units and of the
// score have sci.scope, which those of other meters do not, so that the SDK keeps
// them apart. Do not sum its sci.energy with theirs, either:
// sci_energy_joules_total{sci_scope=""} is theirs alone.
//
// # Hardware
//
// hw.energy, hw.power and those of hw.host are of the whole host, whoever used
// the energy. Three replicas on one host that emit them give each socket three
// times, so they are off unless [WithHardwareMetrics] asks for them. A dashboard
// takes the largest of each component first:
//
//	sum(max by (host_id, hw_id) (rate(hw_energy_joules_total[5m])))
//
// They have what a counter or a sensor reads, never an estimate, and no zone
// that lies in another of its kind. The kinds in hw.type are cpu, memory, gpu
// and module; the last is not one of the semantic conventions, which allow for
// others, and has a processor, memory and a gpu in it: add no module to what
// stands in it.
//
// A power is the mean between two snapshots, a tick of the meter apart at least,
// and two moves of the counter. All readers see the same one; it begins with the
// second. Prefer the rate of hw.energy, as the semantic conventions do.
//
// # The meter itself
//
// sci.meter.energy is the dynamic energy of the scope times the part of its CPU
// time that measuring took, since the start of the meter. Where work becomes
// cheaper that may fall; the counter stands still until it is reached again.
//
// sci.meter.read.duration samples: each collection records the last reading,
// once for all readers, unless it was recorded already. Readings between two
// collections are not in it. Being recorded and not observed, it stays as it was
// after [Registration.Unregister], until the MeterProvider is shut down.
//
// sci.meter.errors has the series of the scope and the error _OTHER from the
// start, at 0, so that the metric is there before anything fails. Another
// source or sort of error is a series from its first time on: with OTLP its start
// time says that it began at 0, while rate() of Prometheus misses what it begins
// with. Alert on sci.meter.missing as well.
//
// # Bounds
//
// Of accounts, [DefaultAccountLimit] are told apart, and of functional units 64;
// pairs of the two some 1500. All others are together as [OtherAccount].
// An account or unit stays where it was put, so that no series ever falls.
//
// The nature of a series is that of the sources when it was registered; the one
// in sci.info is of all sources there are now.
package otelsci
