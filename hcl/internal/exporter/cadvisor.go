package exporter

var cadvisor = &Preset{
	Kind:    "cadvisor",
	Doc:     "the host's containers: processors, memory, network, file systems",
	System:  true,
	Metrics: "cAdvisor 0.53.0's source, with the metrics that its command enables",
}
