package casdk

import (
	"encoding/json"
	"net/http"

	"github.com/scimeter/scimeter/intensity/fetch"
)

// classify knows the two answers of the SDK that mean something else than with
// most services: a location that it does not know is a bad request, and a data
// source without forecasts is not implemented.
func classify(a fetch.Answer) error {
	switch a.Status {
	case http.StatusNotImplemented:
		return fetch.Fail(fetch.ErrPlan, "its data source does not do that (set NoForecast if it has no forecasts)")
	case http.StatusBadRequest:
		var problem struct {
			Errors struct {
				Location []string `json:"location"`
			} `json:"errors"`
		}
		if json.Unmarshal(a.Body, &problem) == nil && len(problem.Errors.Location) > 0 {
			return fetch.Fail(fetch.ErrNotFound, "%.120q", problem.Errors.Location[0])
		}
	}
	return fetch.Classify(a)
}
