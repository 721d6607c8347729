package exporter

var blackbox = &Preset{
	Kind:      "blackbox",
	Doc:       "addresses, by requests from outside of their services",
	System:    true,
	Arguments: []string{"targets"},
	Metrics:   "blackbox_exporter 0.26.0, a probe of the module http_2xx",
	Needs: func(w *watched) string {
		if !w.given("targets") {
			return "There is nothing to request. Write targets = [\"https://example.org\"]."
		}
		return ""
	},
}
