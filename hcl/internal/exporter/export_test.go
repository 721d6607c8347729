package exporter

// All lists the presets.
func All() []*Preset { return presets }
