package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/scimeter/scimeter/meter"
)

// handler is the service: it does some milliseconds of work and counts the
// request.
func handler(m *meter.Meter) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		block := make([]byte, 1024)
		for range 4000 {
			sum := sha256.Sum256(block)
			copy(block, sum[:])
		}
		m.Count("request", 1)
		fmt.Fprintf(w, "%x\n", block[:4])
	})
}

// request asks the service, so that there is something to report, until ctx
// ends. What fails is the next one's to try again.
func request(ctx context.Context, url string, rate int) {
	if rate == 0 {
		return
	}
	tick := time.NewTicker(time.Second / time.Duration(rate))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			continue
		}
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
	}
}
