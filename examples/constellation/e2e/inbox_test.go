//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// inbox is the program on this host that Alertmanager notifies by default, and keeps what it is told.
type inbox struct {
	mu       sync.Mutex
	received []notified
}

// notified is one alert of a notification.
type notified struct {
	Path        string
	Status      string            `json:"status"` // firing, resolved
	Labels      map[string]string `json:"labels"`
	Annotations map[string]string `json:"annotations"`
}

// newInbox listens until the test ends.
func newInbox(t *testing.T) *inbox {
	t.Helper()
	listener, err := net.Listen("tcp", ":9400")
	if err != nil {
		t.Fatal(err)
	}
	b := &inbox{}
	server := &http.Server{Handler: b, ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return b
}

func (b *inbox) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var message struct {
		Alerts []notified `json:"alerts"`
	}
	if err := json.NewDecoder(r.Body).Decode(&message); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, a := range message.Alerts {
		a.Path = r.URL.Path
		b.received = append(b.received, a)
	}
}

// mark is the number of alerts received so far.
func (b *inbox) mark() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.received)
}

// find is the first alert with a status and a name that was received after a mark.
func (b *inbox) find(mark int, status, name string) (notified, bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.received[mark:], func(a notified) bool { return a.Status == status && a.Labels["alertname"] == name })
	if i < 0 {
		return notified{}, false
	}
	return b.received[mark+i], true
}

// await waits for a notification after a mark, and says how long it took.
func (b *inbox) await(t *testing.T, mark int, status, name string) (notified, string) {
	t.Helper()
	start := time.Now()
	var found notified
	eventually(t, time.Minute, "a notification: "+name+" is "+status, func() error {
		var ok bool
		if found, ok = b.find(mark, status, name); !ok {
			return fmt.Errorf("not received")
		}
		return nil
	})
	told := fmt.Sprintf("received: %s is %s (after %s)", name, status, time.Since(start).Round(time.Second))
	t.Log(told)
	return found, told
}

// silent waits until Alertmanager has an alert that it keeps to itself, by inhibition or mute time, and for two more
// group intervals. Then nothing must have been received of it since the mark.
func (b *inbox) silent(t *testing.T, k *kit, mark int, name, by string) string {
	t.Helper()
	eventually(t, time.Minute, name+" is suppressed", func() error {
		var groups []struct {
			Alerts []struct {
				Labels map[string]string `json:"labels"`
				Status struct {
					State       string   `json:"state"`
					InhibitedBy []string `json:"inhibitedBy"`
					MutedBy     []string `json:"mutedBy"`
				} `json:"status"`
			} `json:"alerts"`
		}
		if err := getJSON("http://"+k.address("constellation-alertmanager", "http")+"/api/v2/alerts/groups", &groups); err != nil {
			return err
		}
		for _, g := range groups {
			for _, a := range g.Alerts {
				if a.Labels["alertname"] != name {
					continue
				}
				if by == "mute time" && len(a.Status.MutedBy) > 0 || by == "inhibition" && len(a.Status.InhibitedBy) > 0 {
					return nil
				}
				return fmt.Errorf("its state is %s", a.Status.State)
			}
		}
		return fmt.Errorf("Alertmanager doesn't have it")
	})
	time.Sleep(11 * time.Second)
	if n, ok := b.find(mark, "firing", name); ok {
		t.Errorf("in spite of its %s, %s was received: %+v", by, name, n)
	}
	return fmt.Sprintf("not received: %s, by its %s", name, by)
}

// unlinked are the alerts received of which the runbook's link is missing.
func (b *inbox) unlinked() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	var names []string
	for _, a := range b.received {
		if a.Labels["alertname"] != "Watchdog" && !strings.HasPrefix(a.Annotations["runbook_url"], "https://") {
			names = append(names, a.Labels["alertname"])
		}
	}
	return names
}
