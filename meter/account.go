package meter

import "slices"

// A Label is an attribute of an account, such as a route or a tenant.
type Label struct{ Key, Value string }

// An Account owns a part of the energy, carbon and water of a scope. Its
// methods may be called at any time; those of a nil Account return zero.
type Account struct {
	name   string
	labels []Label
}

// Names of the accounts that every meter has.
const (
	IdleAccount         = "_idle"         // static energy, and what the hardware embodies
	UnattributedAccount = "_unattributed" // work that no account asked for
)

// Name returns the name of the account.
func (a *Account) Name() string {
	if a == nil {
		return ""
	}
	return a.name
}

// Labels returns the attributes of the account. They are not to be changed.
func (a *Account) Labels() []Label {
	if a == nil {
		return nil
	}
	return a.labels
}

// same reports whether two meters mean one account by a and b.
func (a *Account) same(b *Account) bool {
	return a == b || a.Name() == b.Name() && slices.Equal(a.Labels(), b.Labels())
}
