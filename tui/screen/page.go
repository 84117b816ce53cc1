package screen

// Page is a screen beside the incidents: who is on call, what was learned, how
// ready the team is. The pages stand side by side behind one line of tabs.
type Page interface {
	Screen
	// Name stands in the line of tabs, Key opens the page from the board.
	Name() string
	Key() string
	// Count is what waits on the page, "" for nothing.
	Count() string
	// Open shows a thing of the page, "" for none.
	Open(ref string)
}

// OpenPage opens a page, by the name of its scope, at a thing when Ref is given.
type OpenPage struct{ Page, Ref string }

// PagesScope is the scope of what works on every page.
const PagesScope = "pages"
