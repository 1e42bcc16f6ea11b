package meterai

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"

	"github.com/scimeter/scimeter/meter"
)

// Units of the work of models.
const (
	Input     = "token.input"     // of a prompt, that were read
	Cached    = "token.cached"    // of a prompt, that were in a cache
	Output    = "token.output"    // that were written
	Reasoning = "token.reasoning" // that were thought, and not shown
	Train     = "token.train"     // that were learned from
	Request   = "request"
)

// Tokens are how many of each kind one answer took.
type Tokens struct {
	Model                            string // as the answer names it; "": it does not
	Input, Cached, Output, Reasoning float64
}

// Count counts t for an account, as one request. In a meter that splits by
// [meter.Weights] the account is charged with the tokens that were generated.
func (t Tokens) Count(a *meter.Account) {
	for unit, n := range map[string]float64{Input: t.Input, Cached: t.Cached, Output: t.Output, Reasoning: t.Reasoning} {
		a.Count(unit, n)
	}
	a.Count(Request, 1)
	a.Charge(t.Output + t.Reasoning)
}

// usage is the usage object, in the forms of chat completions, of responses, and
// of embeddings.
type usage struct {
	PromptTokens     *float64 `json:"prompt_tokens"`
	CompletionTokens *float64 `json:"completion_tokens"`
	InputTokens      *float64 `json:"input_tokens"`
	OutputTokens     *float64 `json:"output_tokens"`

	PromptDetails     details `json:"prompt_tokens_details"`
	CompletionDetails details `json:"completion_tokens_details"`
	InputDetails      details `json:"input_tokens_details"`
	OutputDetails     details `json:"output_tokens_details"`
}

type details struct {
	Cached    float64 `json:"cached_tokens"`
	Reasoning float64 `json:"reasoning_tokens"`
}

var errUsage = errors.New("a usage object without tokens, or with fewer than none")

// parse reads a usage object.
func parse(b []byte) (Tokens, error) {
	var u usage
	if err := json.Unmarshal(b, &u); err != nil {
		return Tokens{}, fmt.Errorf("meterai: usage: %w", err)
	}
	in, out := first(u.PromptTokens, u.InputTokens), first(u.CompletionTokens, u.OutputTokens)
	if in == nil && out == nil {
		return Tokens{}, fmt.Errorf("meterai: usage: %w", errUsage)
	}
	t := Tokens{
		Cached: u.PromptDetails.Cached + u.InputDetails.Cached, Reasoning: u.CompletionDetails.Reasoning + u.OutputDetails.Reasoning,
	}
	if in != nil {
		t.Input = *in - t.Cached
	}
	if out != nil {
		t.Output = *out - t.Reasoning
	}
	for _, n := range []float64{t.Input, t.Cached, t.Output, t.Reasoning} {
		if !(n >= 0) || n > math.MaxInt64 {
			return Tokens{}, fmt.Errorf("meterai: usage: %w", errUsage)
		}
	}
	return t, nil
}

func first(a, b *float64) *float64 {
	if a != nil {
		return a
	}
	return b
}
