// Command ticker wakes up every second and does nothing: what of the cost of a
// meter is that of any Go program that is not asleep for good. See
// ./internal/overhead.
package main

import "time"

func main() {
	for range time.Tick(time.Second) {
	}
}
