package sysfs_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/gpu/internal/driver"
	"github.com/scimeter/scimeter/source"
	"github.com/scimeter/scimeter/units"
)

// ina3221 makes a monitor as drivers/hwmon/ina3221.c shows it, with the sums
// in7 and curr4 after its three channels.
func ina3221(tr *tree, n, address string, labels ...string) string {
	tr.t.Helper()
	dev := "devices/platform/c240000.i2c/i2c-1/" + address
	at := tr.hwmon(dev, n, "ina3221")
	for i, label := range labels {
		k := string(rune('1' + i))
		tr.set(at+"/in"+k+"_label", label+"\n")
		tr.set(at+"/in"+k+"_input", "5000\n")
		tr.set(at+"/curr"+k+"_input", "1000\n")
	}
	tr.set(at+"/in7_label", "sum of shunt voltages\n")
	tr.set(at+"/in7_input", "9000\n")
	tr.set(at+"/curr4_input", "9000\n")
	tr.set("bus/i2c/drivers/ina3221/bind", "")
	tr.link("bus/i2c/drivers/ina3221/"+address, "../../../../"+dev)
	tr.set("firmware/devicetree/base/model", "NVIDIA Jetson AGX Orin Developer Kit\x00")
	return at
}

func TestJetson(t *testing.T) {
	t.Run("case S10: the GPU's rail, the total not added", func(t *testing.T) {
		tr := newTree(t)
		at := ina3221(tr, "hwmon4", "1-0040", "VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
		ina3221(tr, "hwmon5", "1-0041", "VDD_IN", "VDDQ_VDD2_1V8AO")
		tr.set(at+"/in1_input", "19000\n")
		tr.set(at+"/curr1_input", "1500\n")
		d := tr.open("ina3221", 1)[0]
		require.Equal(t, 28.5*units.Watt, read(t, d).Instant)
		require.Equal(t, driver.Identity{
			ID: "ina3221/1-0040/VDD_GPU_SOC", Model: "NVIDIA Jetson AGX Orin Developer Kit",
			Kind: source.GPU, Level: source.AtBoard, Socket: -1, Source: "ina3221/VDD_GPU_SOC",
			Detail: "bus/i2c/drivers/ina3221/1-0040/hwmon/hwmon4/in1_input",
		}, d.Identity())
	})
	t.Run("case S11: a Jetson is one device, whatever NVML says of it", func(t *testing.T) {
		tr := newTree(t)
		ina3221(tr, "hwmon4", "1-0040", "VDD_GPU_SOC", "VDD_CPU_CV", "VIN_SYS_5V0")
		id := tr.open("ina3221", 1)[0].Identity()
		require.Empty(t, id.PCI, "it is no PCI device, and NVML has but one GPU here")
		require.Equal(t, source.GPU, id.Kind)
	})
	// arch/arm64/boot/dts/nvidia/tegra234-p3767.dtsi
	t.Run("one rail for CPU and GPU: the module, as such", func(t *testing.T) {
		tr := newTree(t)
		at := ina3221(tr, "hwmon1", "1-0040", "VDD_IN", "VDD_CPU_GPU_CV", "VDD_SOC")
		tr.set(at+"/in1_input", "5000\n")
		tr.set(at+"/curr1_input", "2000\n")
		d := tr.open("ina3221", 1)[0]
		require.Equal(t, source.Module, d.Identity().Kind)
		require.Equal(t, source.AtModule, d.Identity().Level)
		require.Equal(t, 0, d.Identity().Socket)
		require.Equal(t, 10*units.Watt, read(t, d).Instant)
	})
	t.Run("JetPack 4", func(t *testing.T) {
		tr := newTree(t)
		dev := "devices/c240000.i2c/i2c-1/1-0040/iio:device0"
		tr.set(dev+"/rail_name_0", "GPU\n")
		tr.set(dev+"/in_power0_input", "4321\n")
		tr.set(dev+"/rail_name_1", "CPU\n")
		tr.set(dev+"/in_power1_input", "999\n")
		tr.link("bus/i2c/drivers/ina3221x/1-0040", "../../../../devices/c240000.i2c/i2c-1/1-0040")
		require.Equal(t, 4.321*units.Watt, read(t, tr.open("ina3221", 1)[0]).Instant)
	})
	t.Run("a monitor of no Jetson", func(t *testing.T) {
		tr := newTree(t)
		ina3221(tr, "hwmon1", "1-0040", "VDD_5V", "VDD_3V3")
		devices, skipped, err := tr.drv("ina3221").Open()
		require.Error(t, err)
		require.Empty(t, devices)
		require.Empty(t, skipped)
	})
	t.Run("a current that swings below nothing", func(t *testing.T) {
		tr := newTree(t)
		at := ina3221(tr, "hwmon1", "1-0040", "VDD_GPU_SOC")
		tr.set(at+"/curr1_input", "-8\n")
		s := read(t, tr.open("ina3221", 1)[0])
		require.True(t, s.InstantOK)
		require.Zero(t, s.Instant)
	})
	t.Run("the bus fails once", func(t *testing.T) {
		tr := newTree(t)
		ina3221(tr, "hwmon1", "1-0040", "VDD_GPU_SOC")
		d := tr.open("ina3221", 1)[0]
		tr.fault("curr1_input", errRemoteIO, true)
		var s driver.Sample
		require.ErrorIs(t, d.Read(&s), errRemoteIO)
		require.False(t, s.InstantOK)
		require.Equal(t, 5*units.Watt, read(t, d).Instant)
	})
	t.Run("absurd figures", func(t *testing.T) {
		tr := newTree(t)
		at := ina3221(tr, "hwmon1", "1-0040", "VDD_GPU_SOC")
		d := tr.open("ina3221", 1)[0]
		for _, text := range []string{"18446744073709551615\n", "", "x\n", "--5\n"} {
			tr.set(at+"/curr1_input", text)
			var s driver.Sample
			require.Error(t, d.Read(&s), "%q", text)
			require.False(t, s.InstantOK)
		}
	})
}

// meter makes an ACPI power meter as drivers/hwmon/acpi_power_meter.c shows it:
// its files are those of the ACPI device, beside the class device and not in it.
func meter(tr *tree, n, acpi, info, average string) string {
	tr.t.Helper()
	dev := "devices/LNXSYSTM:00/LNXSYBUS:00/" + acpi
	tr.set(dev+"/name", "power_meter\n")
	tr.set(dev+"/power1_oem_info", info+"\n")
	tr.set(dev+"/power1_average", average+"\n")
	tr.set(dev+"/power1_average_interval", "50\n")
	tr.set(dev+"/hwmon/"+n+"/uevent", "")
	tr.link(dev+"/hwmon/"+n+"/device", "../../../"+acpi)
	tr.link("class/hwmon/"+n, "../../"+dev+"/hwmon/"+n)
	return dev
}

func TestGrace(t *testing.T) {
	t.Run("case S12: the module of a socket, and nothing within it", func(t *testing.T) {
		tr := newTree(t)
		dev := meter(tr, "hwmon1", "ACPI000D:00", "Module Power Socket 0", "610000000")
		meter(tr, "hwmon2", "ACPI000D:01", "Grace Power Socket 0", "100000000")
		meter(tr, "hwmon3", "ACPI000D:02", "CPU Power Socket 0", "70000000")
		meter(tr, "hwmon4", "ACPI000D:03", "SysIO Power Socket 0", "30000000")
		meter(tr, "hwmon5", "ACPI000D:04", "Module Power Socket 1", "620000000")
		tr.set(dev+"/power1_cap_max", "1000000000\n")
		devices := tr.open("grace", 2)
		require.Equal(t, driver.Identity{
			ID: "grace/module-0", Model: "NVIDIA Grace", Kind: source.Module, Level: source.AtModule,
			MaxPower: 1000, Window: 50 * time.Millisecond,
			Source: "acpi_power_meter/module", Detail: "class/hwmon/hwmon1/device",
		}, devices[0].Identity())
		require.Equal(t, 1, devices[1].Identity().Socket)
		require.Equal(t, 1, devices[1].Identity().Index)
		require.Equal(t, 610*units.Watt, read(t, devices[0]).Average)
		require.Equal(t, 620*units.Watt, read(t, devices[1]).Average)
	})
	t.Run("a socket without a module is a processor", func(t *testing.T) {
		tr := newTree(t)
		meter(tr, "hwmon1", "ACPI000D:00", "Grace Power Socket 0", "100000000")
		meter(tr, "hwmon2", "ACPI000D:01", "CPU Power Socket 0", "70000000")
		d := tr.open("grace", 1)[0]
		require.Equal(t, "grace/cpu-0", d.Identity().ID)
		require.Equal(t, source.CPU, d.Identity().Kind)
		require.Equal(t, 100*units.Watt, read(t, d).Average)
	})
	t.Run("the meter of another machine", func(t *testing.T) {
		tr := newTree(t)
		meter(tr, "hwmon1", "ACPI000D:00", "Intel(R) Node Manager", "250000000")
		devices, _, err := tr.drv("grace").Open()
		require.Error(t, err)
		require.Empty(t, devices)
	})
	t.Run("case 35 of rapl: 4294967295000 µW is not known", func(t *testing.T) {
		tr := newTree(t)
		dev := meter(tr, "hwmon1", "ACPI000D:00", "Module Power Socket 0", "4294967295000")
		d := tr.open("grace", 1)[0]
		var s driver.Sample
		require.Error(t, d.Read(&s))
		require.False(t, s.AverageOK)
		require.Zero(t, s.Average)
		tr.set(dev+"/power1_average", "600000000\n")
		require.Equal(t, 600*units.Watt, read(t, d).Average)
	})
	t.Run("the firmware does not answer", func(t *testing.T) {
		tr := newTree(t)
		meter(tr, "hwmon1", "ACPI000D:00", "Module Power Socket 0", "600000000")
		d := tr.open("grace", 1)[0]
		tr.fault("power1_average", syscall.EIO, true)
		require.ErrorIs(t, d.Read(new(driver.Sample)), syscall.EIO)
		require.Equal(t, 600*units.Watt, read(t, d).Average)
	})
}
