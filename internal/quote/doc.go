// Package quote writes strings in the languages of the kit's files, a file per
// language: whatever the string, its reader gets that very string back. What a
// language can't hold is an error. The functions are pure.
package quote
