package meterai_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/scimeter/scimeter/meter"
	"github.com/scimeter/scimeter/meter/meterai"
	"github.com/scimeter/scimeter/meter/metertest"
)

const chat = `{"id":"x","object":"chat.completion","model":"m-1","choices":[{"index":0,"message":{"role":"assistant",
"content":"say \"usage\":{\"prompt_tokens\":9999} {[,"}}],"usage":{"prompt_tokens":100,"completion_tokens":50,"total_tokens":150,
"prompt_tokens_details":{"cached_tokens":40},"completion_tokens_details":{"reasoning_tokens":30}}}`

const stream = "event: x\r\ndata: {\"model\":\"m-2\",\"choices\":[{\"delta\":{\"content\":\"data: {\\\"usage\\\":1}\"}}],\"usage\":null}\r\n\r\n" +
	": a comment\n" +
	"data: {\"model\":\"m-2\",\"choices\":[],\"usage\":{\"prompt_tokens\":7,\"completion_tokens\":3}}\n\ndata: [DONE]\n\n"

const responses = "event: response.created\ndata: {\"type\":\"response.created\",\"response\":{\"model\":\"m-3\",\"usage\":null}}\n\n" +
	"event: response.completed\ndata: {\"type\":\"response.completed\",\"response\":{\"id\":\"r\",\"model\":\"m-3\",\"output\":[{\"usage\":{\"input_tokens\":1}}]," +
	"\"usage\":{\"input_tokens\":20,\"input_tokens_details\":{\"cached_tokens\":5},\"output_tokens\":8,\"output_tokens_details\":{\"reasoning_tokens\":2}}}}\n\n"

// answer serves a body, a piece at a time.
func answer(kind, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		for piece := range strings.SplitAfterSeq(body, ",") {
			fmt.Fprint(w, piece)
			w.(http.Flusher).Flush()
		}
	}
}

// counted reads an answer through a client and tells what was counted of it.
func counted(t *testing.T, h http.Handler, read func(io.Reader) io.Reader) (tokens meterai.Tokens, body string, missed error) {
	t.Helper()
	server := httptest.NewServer(h)
	defer server.Close()
	client := &http.Client{Transport: meterai.Transport(nil, func(_ *http.Request, got meterai.Tokens) *meter.Account {
		tokens = got
		return nil
	}, meterai.OnMissed(func(_ *http.Request, err error) { missed = err }))}
	defer client.CloseIdleConnections()
	res, err := client.Get(server.URL)
	require.NoError(t, err)
	b, err := io.ReadAll(read(res.Body))
	require.NoError(t, err)
	require.NoError(t, res.Body.Close())
	return tokens, string(b), missed
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		name, kind, body string
		want             meterai.Tokens
		missed           string
	}{
		{"chat completion", "application/json; charset=utf-8", chat, meterai.Tokens{Model: "m-1", Input: 60, Cached: 40, Output: 20, Reasoning: 30}, ""},
		{"its stream", "text/event-stream", stream, meterai.Tokens{Model: "m-2", Input: 7, Output: 3}, ""},
		{"stream of responses", "text/event-stream", responses, meterai.Tokens{Model: "m-3", Input: 15, Cached: 5, Output: 6, Reasoning: 2}, ""},
		{"embeddings", "application/json", `{"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}`, meterai.Tokens{Model: "e", Input: 8}, ""},
		{"a stream that nobody asked for usage", "text/event-stream", "data: {\"choices\":[]}\n\n", meterai.Tokens{}, "include_usage"},
		{"cut off", "application/json", chat[:300], meterai.Tokens{}, "include_usage"},
		{"more cached than read", "application/json", `{"usage":{"prompt_tokens":1,"prompt_tokens_details":{"cached_tokens":2}}}`, meterai.Tokens{}, "fewer than none"},
		{"tokens that are text", "application/json", `{"usage":{"prompt_tokens":"8"}}`, meterai.Tokens{}, "meterai: usage"},
		{"of another kind", "text/html", chat, meterai.Tokens{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, read := range []func(io.Reader) io.Reader{iotest.OneByteReader, iotest.HalfReader, func(r io.Reader) io.Reader { return r }} {
				got, body, missed := counted(t, answer(c.kind, c.body), read)
				require.Equal(t, c.want, got)
				require.Equal(t, c.body, body, "what is passed on is untouched")
				if c.missed == "" {
					require.NoError(t, missed)
				} else {
					require.ErrorContains(t, missed, c.missed)
				}
			}
		})
	}
}

// A reverse proxy passes a stream on as it comes, and counts at its end.
func TestProxy(t *testing.T) {
	pkg := metertest.Package(0)
	m := metertest.Start(t, metertest.New(1, pkg), meter.WithAttribution(meter.Weights))
	proceed := make(chan struct{})
	model := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		head, tail, _ := strings.Cut(stream, ": a comment")
		fmt.Fprint(w, head)
		w.(http.Flusher).Flush()
		<-proceed
		fmt.Fprint(w, ": a comment"+tail)
	}))
	defer model.Close()
	to, err := url.Parse(model.URL)
	require.NoError(t, err)
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.FlushInterval = -1
	proxy.ModifyResponse = meterai.ModifyResponse(meterai.ByModel(m))
	front := httptest.NewServer(proxy)
	defer front.Close()

	res, err := http.Get(front.URL)
	require.NoError(t, err)
	defer res.Body.Close()
	b := make([]byte, 8)
	_, err = io.ReadFull(res.Body, b)
	require.NoError(t, err)
	require.Equal(t, "event: x", string(b), "before the model is done")
	close(proceed)
	_, err = io.ReadAll(res.Body)
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		s, err := m.Read(t.Context())
		require.NoError(t, err)
		for _, a := range s.Accounts {
			if a.Account.Name() == "m-2" {
				return len(a.Counts) == 3 && s.Counts[0].N > 0
			}
		}
		return false
	}, 10*time.Second, time.Millisecond)
}

// What a scanner finds in any text is what a decoder finds.
func FuzzScan(f *testing.F) {
	for _, s := range []string{chat, `{"usage":{"prompt_tokens":1}}`, `{"response":{"usage":{"input_tokens":1}}}`, `[{"usage":{}}]`, `{"a":[{"usage":{"prompt_tokens":3}}],"usage":{"prompt_tokens":2}}`} {
		f.Add([]byte(s), 1)
	}
	f.Fuzz(func(t *testing.T, text []byte, piece int) {
		var got meterai.Tokens
		var counts, misses int
		res := &http.Response{Header: http.Header{"Content-Type": {"application/json"}}, StatusCode: 200, Body: io.NopCloser(bytes.NewReader(text))}
		require.NoError(t, meterai.ModifyResponse(func(_ *http.Request, t meterai.Tokens) *meter.Account {
			got = t
			counts++
			return nil
		}, meterai.OnMissed(func(*http.Request, error) { misses++ }))(res))
		buf := make([]byte, max(1, piece%7))
		for {
			if _, err := res.Body.Read(buf); err != nil {
				break
			}
		}
		require.NoError(t, res.Body.Close())
		require.Equal(t, 1, counts+misses, "one answer is one or the other")
		var want struct {
			Usage struct {
				Prompt *float64 `json:"prompt_tokens"`
			} `json:"usage"`
		}
		dec := map[string]json.RawMessage{}
		if json.Unmarshal(text, &dec) != nil || len(dec) != 1 || bytes.Count(text, []byte(`"usage"`)) != 1 || json.Unmarshal(text, &want) != nil || want.Usage.Prompt == nil {
			return
		}
		if dec["usage"] != nil && counts == 1 {
			require.Equal(t, *want.Usage.Prompt, got.Input+got.Cached)
		}
	})
}
