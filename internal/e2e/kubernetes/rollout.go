//go:build linux

package kubernetes

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// Rollout stands in for the controllers, until the context ends: every Deployment and StatefulSet is reported as
// rolled out, and every Job as completed, a moment after each change. Objects of which fails is true are reported as
// failed: a Deployment that makes no progress, a StatefulSet without ready pods, a failed Job. There are no pods. The
// first error ends it, and is what the channel gives; an end by the context gives nil.
func (c *Client) Rollout(ctx context.Context, fails func(Object) bool) <-chan error {
	ended := make(chan error, 1)
	go func() {
		for {
			for _, kind := range []Object{{"apiVersion": "apps/v1", "kind": "Deployment"}, {"apiVersion": "apps/v1", "kind": "StatefulSet"}, {"apiVersion": "batch/v1", "kind": "Job"}} {
				if err := c.report(kind, fails); err != nil && ctx.Err() == nil {
					ended <- err
					return
				}
			}
			select {
			case <-ctx.Done():
				ended <- nil
				return
			case <-time.After(100 * time.Millisecond):
			}
		}
	}()
	return ended
}

// report sets the status of the objects of a kind whose last change has none.
func (c *Client) report(kind Object, fails func(Object) bool) error {
	path, err := c.Path(kind)
	if err != nil {
		return err
	}
	r, err := c.Do("GET", path, "", nil)
	if err != nil {
		return err
	}
	var list struct {
		Items []Object `json:"items"`
	}
	if err := json.Unmarshal(r.Body, &list); err != nil {
		return err
	}
	for _, o := range list.Items {
		o["apiVersion"], o["kind"] = kind["apiVersion"], kind["kind"]
		status := reported(o, fails != nil && fails(o))
		if status == nil {
			continue
		}
		path, err := c.Path(o)
		if err != nil {
			return err
		}
		body, err := json.Marshal(map[string]any{"metadata": map[string]any{"resourceVersion": o.ResourceVersion()}, "status": status})
		if err != nil {
			return err
		}
		r, err := c.Do("PATCH", path+"/status", "application/merge-patch+json", body)
		switch {
		case err != nil:
			return err
		case r.Status >= 300 && r.Status != http.StatusConflict && r.Status != http.StatusNotFound: // changed or deleted meanwhile
			return fmt.Errorf("the status of %s: %d: %s", o, r.Status, r.Body)
		}
	}
	return nil
}

// reported is the status that an object's controller would report, nil if it has reported that already.
func reported(o Object, failed bool) map[string]any {
	meta, _ := o["metadata"].(map[string]any)
	spec, _ := o["spec"].(map[string]any)
	status, _ := o["status"].(map[string]any)
	now := time.Now().UTC().Format(time.RFC3339)
	condition := func(kind string, holds bool, reason string) map[string]any {
		value := "False"
		if holds {
			value = "True"
		}
		return map[string]any{"type": kind, "status": value, "reason": reason, "lastTransitionTime": now}
	}
	if o.Kind() == "Job" {
		if status["conditions"] != nil {
			return nil
		}
		if failed {
			reason := "BackoffLimitExceeded"
			return map[string]any{"startTime": now, "failed": 1, "conditions": []any{condition("FailureTarget", true, reason), condition("Failed", true, reason)}}
		}
		reason := "CompletionsReached"
		return map[string]any{"startTime": now, "completionTime": now, "succeeded": 1, "conditions": []any{condition("SuccessCriteriaMet", true, reason), condition("Complete", true, reason)}}
	}
	generation := meta["generation"]
	if status["observedGeneration"] == generation {
		return nil
	}
	ready := spec["replicas"]
	if failed {
		ready = 0
	}
	out := map[string]any{"observedGeneration": generation, "replicas": spec["replicas"], "updatedReplicas": spec["replicas"], "readyReplicas": ready, "availableReplicas": ready}
	if o.Kind() == "StatefulSet" {
		revision := fmt.Sprint(o.Name(), "-", generation)
		out["currentRevision"], out["updateRevision"], out["currentReplicas"] = revision, revision, spec["replicas"]
		return out
	}
	if failed {
		out["conditions"] = []any{condition("Available", false, "MinimumReplicasUnavailable"), condition("Progressing", false, "ProgressDeadlineExceeded")}
	} else {
		out["conditions"] = []any{condition("Available", true, "MinimumReplicasAvailable"), condition("Progressing", true, "NewReplicaSetAvailable")}
	}
	return out
}
