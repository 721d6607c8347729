package docker

import (
	"testing"
	"time"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// How long a healthcheck is waited for: the start period, then each retry with
// its interval, with Docker's defaults for what isn't set.
func TestAwaitDeadline(t *testing.T) {
	for _, c := range []struct {
		check manifest.Healthcheck
		want  time.Duration
	}{
		{manifest.Healthcheck{}, 3 * 60 * time.Second},
		{manifest.Healthcheck{StartPeriod: 40 * time.Second}, 3*60*time.Second + 40*time.Second},
		{manifest.Healthcheck{Interval: 5 * time.Second, Timeout: 2 * time.Second, Retries: 10}, 70 * time.Second},
		{manifest.Healthcheck{Interval: 5 * time.Second}, 3 * 35 * time.Second},
		{manifest.Healthcheck{Timeout: 5 * time.Second}, 3 * 35 * time.Second},
		{manifest.Healthcheck{Retries: 1}, 60 * time.Second},
	} {
		if got := AwaitDeadline(&c.check); got != c.want+awaitMargin {
			t.Errorf("%+v: %s, want %s", c.check, got, c.want+awaitMargin)
		}
	}
}
