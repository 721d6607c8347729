package exporter

var node = &Preset{
	Kind:    "node",
	Doc:     "the host: processors, memory, file systems, disks, clock",
	System:  true,
	Metrics: "node_exporter 1.9.0 with the collectors of its command",
}
