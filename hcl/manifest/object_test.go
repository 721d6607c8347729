package manifest_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/omegagen/omegagen/hcl/manifest"
)

// Add fills each list of objects of a database, and Objects returns them.
func TestObjects(t *testing.T) {
	object := reflect.TypeFor[manifest.DatabaseObject]()
	kinds := 0
	for _, field := range reflect.VisibleFields(reflect.TypeFor[manifest.Database]()) {
		if field.Type.Kind() != reflect.Slice || !field.Type.Elem().Implements(object) {
			continue
		}
		kinds++
		o := reflect.New(field.Type.Elem().Elem()).Interface().(manifest.DatabaseObject)
		db := &manifest.Database{}
		db.Add(o)
		if list := reflect.ValueOf(db).Elem().FieldByIndex(field.Index); list.Len() != 1 || list.Index(0).Interface() != o {
			t.Errorf("Add leaves %T out of %s", o, field.Name)
		}
		if got := db.Objects(); !slices.Equal(got, []manifest.DatabaseObject{o}) {
			t.Errorf("the objects of a database with a %T are %v", o, got)
		}
	}
	if kinds < 12 {
		t.Errorf("only %d kinds", kinds)
	}
}
