package access

import (
	"fmt"
	"strings"
)

// Role is what a token may do. A higher one may what a lower one may.
type Role int

// The roles. Nobody may nothing.
const (
	Nobody  Role = iota
	Viewer       // reads
	Planner      // changes the plan too
	Admin        // replaces the model, sees the audit log, makes tokens, profiles
)

// Roles are the names of the roles.
var Roles = [...]string{"nobody", "viewer", "planner", "admin"}

func (r Role) String() string { return Roles[r] }

// RoleError is a role that there is none of.
type RoleError struct{ Name string }

func (e *RoleError) Error() string {
	return fmt.Sprintf("there is no role %q: one of %s", e.Name, strings.Join(Roles[Viewer:], ", "))
}

// ParseRole is the role of a name.
func ParseRole(name string) (Role, error) {
	for r := Viewer; r <= Admin; r++ {
		if Roles[r] == name {
			return r, nil
		}
	}
	return Nobody, &RoleError{Name: name}
}
