package planner_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"testing/fstest"

	"github.com/omegagen/omegagen/hcl/loader"
	"github.com/omegagen/omegagen/planner"
	"github.com/omegagen/omegagen/planner/plan"
)

// A step that starts a service says how a later deployment replaces its containers, and how
// long that takes: each batch as long as the step, with the pauses in between.
func TestRolloutOfStep(t *testing.T) {
	m, diags := loader.Load(loader.Input{FS: fstest.MapFS{"main.hcl": {Data: []byte(`system "s" {}
image "i" {
  pull = "example/app:1"
}
service "web" {
  image    = image.i
  replicas = 5
  duration = "10s"
  rollout {
    max_unavailable = 2
    pause           = "3s"
    order           = "start_first"
  }
}
service "job" {
  image   = image.i
  oneshot = true
}
`)}}, Dir: "."})
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	b, err := plan.JSON(planner.Plans(m, planner.Options{})[0], nil)
	if err != nil {
		t.Fatal(err)
	}
	type rollout struct {
		Instances []string
		AtOnce    int `json:"at_once"`
		Order     string
		Pause     float64 `json:"pause_seconds"`
		Seconds   float64
	}
	var got struct {
		Steps []struct {
			ID       string
			Rollouts []rollout
		}
	}
	if err := json.Unmarshal(b, &got); err != nil {
		t.Fatal(err)
	}
	for _, s := range got.Steps {
		var want []rollout
		if s.ID == "service.web.start" {
			want = []rollout{{[]string{"web-1", "web-2", "web-3", "web-4", "web-5"}, 2, "start_first", 3, 36}}
		}
		if !reflect.DeepEqual(s.Rollouts, want) {
			t.Errorf("%s: %v, not %v", s.ID, s.Rollouts, want)
		}
	}
}
