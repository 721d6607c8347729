package images

// Reload is how the image's program, while it runs, reads files again that have changed, and how it
// shows that it has.
type Reload struct {
	Paths  []string `json:"paths"`            // folders in the container: files in them are read again
	Except []string `json:"except,omitempty"` // folders in these whose files are only read at the start
	// ImageCommand: it works only with the image's own command.
	ImageCommand bool     `json:"image_command,omitempty"`
	Check        []string `json:"check,omitempty"`   // a command in the container that fails if the files are invalid
	Signal       string   `json:"signal,omitempty"`  // Signal or Command starts the reload
	Command      []string `json:"command,omitempty"` // in the container; it fails if the files are refused
	// Metrics, and lines in the log, show whether the files were loaded after a signal.
	Metrics *ReloadMetrics `json:"metrics,omitempty"`
	Loaded  string         `json:"loaded,omitempty"`  // ERE of a line in the log
	Refused string         `json:"refused,omitempty"` // ERE of a line in the log
}

// ReloadMetrics are metrics in the form of Prometheus, at /metrics.
type ReloadMetrics struct {
	Port       int    `json:"port"`
	Successful string `json:"successful"` // 1 if the last reload was successful
	Timestamp  string `json:"timestamp"`  // of the last successful one
}
