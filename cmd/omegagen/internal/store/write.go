package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"

	"github.com/omegagen/omegagen/internal/kit"
)

// journal is the rest of a write, in order.
type journal struct {
	Writes  []journalWrite `json:"writes"`  // the lock file last
	Removes []string       `json:"removes"` // before the lock file
	// Was is the content that is replaced or removed, by path: its SHA-256, or nothing.
	Was map[string]string `json:"was"`
}

type journalWrite struct {
	Staged string `json:"staged"` // name in the staging folder
	Path   string `json:"path"`   // in the kit
	SHA256 string `json:"sha256"`
}

const nothing = "nothing"

const (
	journalName = "journal.json"
	filesName   = "files"
)

// Writer locks the kit's folder for one writing process.
type Writer struct {
	dir   string // of the kit
	stage string // beside it
	lock  *os.File
}

// ErrBusy says that another process is writing the same kit.
var ErrBusy = errors.New("another build is writing this kit")

var errLocked = errors.New("another process has locked this folder")

// Open locks the kit's folder for writing and completes an interrupted write. Rolled says whether
// there was one. The folder need not exist; its parent is created.
func Open(dir string) (w *Writer, rolled bool, err error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return nil, false, err
	}
	// A folder that is reached through a link is written at its target, so that the staging folder is on
	// the same file system.
	if real, err := filepath.EvalSymlinks(abs); err == nil {
		abs = real
	}
	parent, base := filepath.Split(abs)
	if base == "" {
		return nil, false, fmt.Errorf("%s can't be the folder of a kit", abs)
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, false, err
	}
	w = &Writer{dir: abs, stage: stageFor(abs, parent, base)}
	if err := w.acquire(); err != nil {
		return nil, false, err
	}
	rolled, err = w.recover()
	if err != nil {
		w.Close()
		return nil, false, err
	}
	return w, rolled, nil
}

// stageFor names the staging folder: next to the kit, or in the kit's reserved folder if the kit is a
// separate file system or its parent isn't writable.
func stageFor(abs, parent, base string) string {
	beside := filepath.Join(parent, "."+base+".omegagen")
	if !mayStageBeside(abs, parent) {
		return filepath.Join(abs, ".omegagen", "build")
	}
	return beside
}

// acquire creates and locks the staging folder. The lock ends with the process, however that ends; a
// folder that was removed between opening and locking is replaced by its successor.
func (w *Writer) acquire() error {
	for {
		if err := os.MkdirAll(filepath.Dir(w.stage), 0o755); err != nil {
			return err
		}
		if err := os.Mkdir(w.stage, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		lock, err := lockFolder(w.stage)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		} else if errors.Is(err, errLocked) {
			return fmt.Errorf("%w (%s)", ErrBusy, w.dir)
		} else if err != nil {
			return err
		}
		w.lock = lock
		// What a killed build leaves is nothing for git.
		return os.WriteFile(filepath.Join(w.stage, ".gitignore"), []byte("*\n"), 0o600)
	}
}

// Close removes the staging folder, unless it contains an unfinished journal, and unlocks the kit.
func (w *Writer) Close() error {
	if _, err := os.Lstat(filepath.Join(w.stage, journalName)); errors.Is(err, fs.ErrNotExist) {
		os.RemoveAll(w.stage)
	}
	return w.lock.Close()
}

// recover completes an interrupted write, or drops one that had not yet changed the kit.
func (w *Writer) recover() (bool, error) {
	b, err := os.ReadFile(filepath.Join(w.stage, journalName))
	if errors.Is(err, fs.ErrNotExist) {
		return false, os.RemoveAll(filepath.Join(w.stage, filesName))
	} else if err != nil {
		return false, err
	}
	var j journal
	if err := json.Unmarshal(b, &j); err != nil {
		return false, fmt.Errorf("can't read the journal of an interrupted write: %w; remove %s and build again", err, w.stage)
	}
	w.leave(&j)
	return true, w.apply(&j)
}

// leave drops from an interrupted write what somebody has changed since: the next comparison finds it.
func (w *Writer) leave(j *journal) {
	changed := func(p, sum string) bool {
		was, now := j.Was[p], nothing
		if was == "" { // the write of an older omegagen
			return false
		}
		if info, err := os.Lstat(filepath.Join(w.dir, filepath.FromSlash(p))); err == nil {
			now = info.Mode().String()
			if content, err := os.ReadFile(filepath.Join(w.dir, filepath.FromSlash(p))); err == nil && info.Mode().IsRegular() {
				now = kit.Sum(content)
			}
		}
		return now != was && now != sum
	}
	j.Writes = slices.DeleteFunc(j.Writes, func(e journalWrite) bool { return changed(e.Path, e.SHA256) })
	j.Removes = slices.DeleteFunc(j.Removes, func(p string) bool { return changed(p, nothing) })
}

// Write applies the changes to the folder: it writes Missing and Changed files, and removes Orphaned
// ones that the caller lists. If an error occurs before the journal is in place, nothing has changed;
// after it, the next Open completes the write.
func (w *Writer) Write(contents []kit.Artifact, changes []Change) error {
	if len(changes) == 0 {
		return nil
	}
	byPath := map[string]kit.Artifact{}
	for _, a := range contents {
		byPath[a.Path] = a
	}
	j := &journal{Was: map[string]string{}}
	files := filepath.Join(w.stage, filesName)
	if err := os.Mkdir(files, 0o700); err != nil {
		return err
	}
	for _, c := range lockLast(changes) {
		switch {
		case c.Old != nil:
			j.Was[c.Path] = kit.Sum(c.Old)
		case c.Kind == Missing:
			j.Was[c.Path] = nothing
		}
		if c.Kind == Orphaned {
			j.Removes = append(j.Removes, c.Path)
			continue
		}
		if err := w.mayReplace(c.Path); err != nil {
			return err
		}
		a := byPath[c.Path]
		j.Writes = append(j.Writes, journalWrite{strconv.Itoa(len(j.Writes)), c.Path, kit.Sum(a.Content)})
	}
	if err := stageAll(files, j.Writes, byPath); err != nil {
		return err
	}
	if err := syncDir(files); err != nil {
		return err
	}
	if err := w.commit(j); err != nil {
		return err
	}
	return w.apply(j)
}

// stageAll writes the new contents concurrently: waiting for each file's sync in turn would take most
// of a build's time.
func stageAll(dir string, writes []journalWrite, contents map[string]kit.Artifact) error {
	errs := make([]error, len(writes))
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for i, e := range writes {
		wg.Add(1)
		slots <- struct{}{}
		go func() {
			defer wg.Done()
			a := contents[e.Path]
			errs[i] = writeSynced(filepath.Join(dir, e.Staged), a.Content, mode(a))
			<-slots
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}

// mayReplace rejects a path that is a folder in the kit, or that would be written through a link to
// another place.
func (w *Writer) mayReplace(p string) error {
	full := w.dir
	parts := strings.Split(p, "/")
	for i, part := range parts {
		full = filepath.Join(full, part)
		fi, err := os.Lstat(full)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		} else if err != nil {
			return err
		}
		last := i == len(parts)-1
		if last == fi.IsDir() {
			if last {
				return fmt.Errorf("%s is a folder, but the kit has a file of that name; move it away", full)
			}
			return fmt.Errorf("%s is not a folder, but the kit has files below it; move it away", full)
		}
	}
	return nil
}

// commit makes the journal durable. From here on the write will be completed, by this process or by
// the next one.
func (w *Writer) commit(j *journal) error {
	b, err := json.MarshalIndent(j, "", "  ")
	if err != nil {
		return err
	}
	tmp := filepath.Join(w.stage, journalName+".new")
	if err := writeSynced(tmp, b, 0o600); err != nil {
		return err
	}
	if err := os.Rename(tmp, filepath.Join(w.stage, journalName)); err != nil {
		return err
	}
	return syncDir(w.stage)
}

// apply executes a journal from wherever it was interrupted: a missing staged file has already been
// moved.
func (w *Writer) apply(j *journal) error {
	if err := os.MkdirAll(w.dir, 0o755); err != nil {
		return err
	}
	dirs := map[string]bool{w.dir: true}
	writes := j.Writes
	var lock []journalWrite
	if n := len(writes); n > 0 && writes[n-1].Path == kit.LockPath {
		writes, lock = writes[:n-1], writes[n-1:]
	}
	if err := w.move(writes, dirs); err != nil {
		return err
	}
	for _, p := range j.Removes {
		if err := w.remove(p, dirs); err != nil {
			return err
		}
	}
	if err := syncAll(dirs); err != nil {
		return err
	}
	if err := w.move(lock, dirs); err != nil {
		return err
	}
	if err := syncDir(w.dir); err != nil {
		return err
	}
	if err := os.Remove(filepath.Join(w.stage, journalName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.RemoveAll(filepath.Join(w.stage, filesName)); err != nil {
		return err
	}
	return syncDir(w.stage)
}

func (w *Writer) move(writes []journalWrite, dirs map[string]bool) error {
	for _, e := range writes {
		from := filepath.Join(w.stage, filesName, e.Staged)
		to := filepath.Join(w.dir, filepath.FromSlash(e.Path))
		if _, err := os.Lstat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		if err := os.Rename(from, to); err != nil {
			return err
		}
		dirs[filepath.Dir(to)] = true
	}
	return nil
}

// remove deletes a file and the folders that become empty.
func (w *Writer) remove(p string, dirs map[string]bool) error {
	full := filepath.Join(w.dir, filepath.FromSlash(p))
	if err := os.Remove(full); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for d := filepath.Dir(full); d != w.dir && strings.HasPrefix(d, w.dir); d = filepath.Dir(d) {
		if os.Remove(d) != nil {
			dirs[d] = true
			break
		}
		delete(dirs, d)
	}
	return nil
}

func lockLast(changes []Change) []Change {
	out := append([]Change(nil), changes...)
	sort.SliceStable(out, func(i, j int) bool { return out[i].Path != kit.LockPath && out[j].Path == kit.LockPath })
	return out
}

func mode(a kit.Artifact) fs.FileMode {
	if a.Executable {
		return 0o755
	}
	return 0o644
}

// writeSynced writes a new file durably.
func writeSynced(name string, b []byte, perm fs.FileMode) error {
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, perm)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err == nil {
		err = f.Chmod(perm) // whatever the umask is: the kit defines its modes
	}
	if err == nil {
		err = f.Sync()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

func syncAll(dirs map[string]bool) error {
	names := make([]string, 0, len(dirs))
	for d := range dirs {
		names = append(names, d)
	}
	sort.Strings(names)
	for _, d := range names {
		if err := syncDir(d); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
