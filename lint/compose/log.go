package compose

import (
	"io"
	"sync"

	"github.com/sirupsen/logrus"
)

// Compose's loader logs only through the standard logger of logrus; neither its
// options nor a context can replace it. Captured is the only place in the
// program that changes that logger, and it restores it.

// captureLock serializes Captured.
var captureLock sync.Mutex

// Captured runs f and returns the warnings and errors that Compose's loader
// logs meanwhile, which it would otherwise print.
func Captured(f func()) []string {
	captureLock.Lock()
	defer captureLock.Unlock()
	logger := logrus.StandardLogger()
	out := logger.Out
	hook := &recorder{seen: map[string]bool{}}
	hooks := make(logrus.LevelHooks)
	hooks.Add(hook)
	hooks = logger.ReplaceHooks(hooks)
	logger.SetOutput(io.Discard)
	defer func() {
		logger.SetOutput(out)
		logger.ReplaceHooks(hooks)
	}()
	f()
	return hook.messages
}

// recorder keeps each message once.
type recorder struct {
	messages []string
	seen     map[string]bool
}

// Levels are those of a warning and above.
func (*recorder) Levels() []logrus.Level {
	return []logrus.Level{logrus.WarnLevel, logrus.ErrorLevel}
}

// Fire records a message.
func (r *recorder) Fire(e *logrus.Entry) error {
	if !r.seen[e.Message] {
		r.seen[e.Message] = true
		r.messages = append(r.messages, e.Message)
	}
	return nil
}
