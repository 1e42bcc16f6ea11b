// Command empty does nothing until it is ended: what a Go program takes that
// has no meter. See ./internal/overhead.
package main

import "time"

func main() { time.Sleep(time.Hour) }
