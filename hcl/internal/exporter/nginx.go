package exporter

var nginx = &Preset{
	Kind:      "nginx",
	Doc:       "nginx, which needs a location with stub_status",
	Arguments: []string{"path", "port"},
	Metrics:   "nginx-prometheus-exporter 1.4.1 at nginx 1.22",
}
