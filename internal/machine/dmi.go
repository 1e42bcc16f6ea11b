package machine

import (
	"path/filepath"
	"strconv"
	"strings"

	"github.com/scimeter/scimeter/internal/sysfile"
)

// azureTag is the asset tag that every Azure machine has, which tells it from
// another Hyper-V guest of the same maker (Azure documentation, and the data
// source of cloud-init).
const azureTag = "7783-7084-3265-9085-8269-3286-77"

// clouds maps what the DMI strings of a virtual or rented machine say to its
// vendor, as cloud-init recognises them.
var clouds = []struct{ file, text, cloud string }{
	{"sys_vendor", "Amazon EC2", "aws"},
	{"bios_vendor", "Amazon EC2", "aws"},
	{"bios_version", "amazon", "aws"},
	{"product_name", "Google Compute Engine", "gcp"},
	{"sys_vendor", "Google", "gcp"},
	{"chassis_asset_tag", azureTag, "azure"},
	{"chassis_asset_tag", "OracleCloud.com", "oracle"},
	{"sys_vendor", "Alibaba Cloud", "alibaba"},
	{"sys_vendor", "DigitalOcean", "digitalocean"},
	{"sys_vendor", "Hetzner", "hetzner"},
	{"sys_vendor", "Scaleway", "scaleway"},
	{"sys_vendor", "OVH", "ovh"},
}

func readDMI(dir string, f *Facts) {
	read := func(name string) string {
		b, err := sysfile.ReadFile(filepath.Join(dir, name), sysfile.Attribute)
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(b))
	}
	for _, c := range clouds {
		if strings.Contains(read(c.file), c.text) {
			f.Cloud = c.cloud
			break
		}
	}
	f.Chassis = chassis(read("chassis_type"))
}

// chassis maps the enclosure types of the SMBIOS specification (DSP0134,
// section 7.4.1).
func chassis(kind string) Chassis {
	n, err := strconv.Atoi(kind)
	if err != nil {
		return 0
	}
	switch n {
	case 3, 4, 5, 6, 7, 13, 15, 16, 24, 35, 36:
		return Desktop
	case 8, 9, 10, 11, 14, 30, 31, 32:
		return Laptop
	case 17, 23, 25, 28, 29:
		return Server
	}
	return 0
}
