package sysfs

import "strings"

// models are the names of accelerators by PCI vendor and device: the kernel
// knows no others, and sci has its table by them. From the PCI ID database
// (pci-ids.ucw.cz) and AMD's and Intel's lists of devices.
var models = map[string]string{
	"0x1002:0x738c": "AMD Instinct MI100",
	"0x1002:0x7408": "AMD Instinct MI250X",
	"0x1002:0x740c": "AMD Instinct MI250X",
	"0x1002:0x740f": "AMD Instinct MI210",
	"0x1002:0x74a0": "AMD Instinct MI300A",
	"0x1002:0x74a1": "AMD Instinct MI300X",
	"0x1002:0x74a2": "AMD Instinct MI308X",
	"0x1002:0x74a5": "AMD Instinct MI325X",
	"0x1002:0x75a0": "AMD Instinct MI350X",
	"0x1002:0x75a3": "AMD Instinct MI355X",
	"0x8086:0x0bd5": "Intel Data Center GPU Max 1550",
	"0x8086:0x0bd6": "Intel Data Center GPU Max 1550",
	"0x8086:0x0bd9": "Intel Data Center GPU Max 1100",
	"0x8086:0x0bda": "Intel Data Center GPU Max 1100",
	"0x8086:0x0bdb": "Intel Data Center GPU Max 1100",
	"0x8086:0x56c0": "Intel Data Center GPU Flex 170",
	"0x8086:0x56c1": "Intel Data Center GPU Flex 140",
	"0x8086:0x56a0": "Intel Arc A770",
}

var makers = map[string]string{"0x1002": "AMD", "0x8086": "Intel"}

// model returns the name of a card: by its PCI device; else product, which
// server boards of AMD have in their own memory; else its numbers.
func model(vendor, device, product string) string {
	if name := models[vendor+":"+device]; name != "" {
		return name
	}
	if product != "" {
		return product
	}
	if device == "" {
		return ""
	}
	maker := makers[vendor]
	if maker == "" {
		maker = "GPU"
	}
	return maker + " " + strings.TrimPrefix(vendor, "0x") + ":" + strings.TrimPrefix(device, "0x")
}
