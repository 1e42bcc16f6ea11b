package fetch

import (
	"hash/fnv"
	"os"
	"time"
)

// Spread returns a part of d that is the same for this machine and key at all
// times and differs between machines. Those that all ask at the full hour
// spread over the time after it.
func Spread(key string, d time.Duration) time.Duration {
	host, err := os.Hostname()
	if err != nil {
		host = ""
	}
	return spread(host, key, d)
}

func spread(host, key string, d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	h := fnv.New64a()
	h.Write([]byte(host + "\x00" + key))
	// FNV changes its high bits little for short texts; a multiplication and a
	// shift as in splitmix64 spread them.
	x := h.Sum64()
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return time.Duration((x ^ x>>31) % uint64(d))
}
