package prometheus

import (
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Alerting is where alerts are sent.
type Alerting struct {
	Alertmanagers []AlertmanagerConfig `yaml:"alertmanagers"`
}

// AlertmanagerConfig is a group of Alertmanagers, each of which gets all alerts.
type AlertmanagerConfig struct {
	Scheme        string         `yaml:"scheme,omitempty"`
	PathPrefix    string         `yaml:"path_prefix,omitempty"`
	StaticConfigs []StaticConfig `yaml:"static_configs"`
}

// DefaultAlertmanagerPort is Alertmanager's port if its service declares none.
const DefaultAlertmanagerPort = 9093

// newAlerting is nil without an Alertmanager. All replicas of one get the alerts, as Alertmanager requires.
func newAlerting(a *manifest.Alertmanager) *Alerting {
	if a == nil {
		return nil
	}
	if a.Service == nil {
		return &Alerting{Alertmanagers: []AlertmanagerConfig{external(a.URL)}}
	}
	c := targets(a.Service, func(i *manifest.Instance) int {
		if p := i.Port(a.Port); p != nil {
			return p.Container
		}
		return DefaultAlertmanagerPort
	})
	return &Alerting{Alertmanagers: []AlertmanagerConfig{{StaticConfigs: []StaticConfig{{Targets: c.Targets}}}}}
}

// external reads an address that the loader has checked.
func external(address string) AlertmanagerConfig {
	u, err := url.Parse(address)
	if err != nil {
		return AlertmanagerConfig{}
	}
	port := u.Port()
	if port == "" {
		port = strconv.Itoa(map[string]int{"http": 80, "https": 443}[u.Scheme])
	}
	return AlertmanagerConfig{Scheme: u.Scheme, PathPrefix: strings.TrimRight(u.Path, "/"),
		StaticConfigs: []StaticConfig{{Targets: []string{net.JoinHostPort(u.Hostname(), port)}}}}
}
