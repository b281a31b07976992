// What one kind of grid does in its own way. Its page fills this in before the grid starts; rows are <tr data-key>.

export const kind = {
  url: row => '', // where the row is saved
  identity: row => ({}), // what tells the server which row it is, beside the version
  nameOf: row => '', // for people
  nameHeld: held => '', // the same of what the server holds
  hasGone: held => !held, // whether it is a row of this grid no longer
  isBlank: row => false, // an empty row that the server has not seen
  isDue: row => true, // whether a pause in typing is a reason to send it
  fieldsOfOthers: [], // which cells of other rows a save may change
  addRow: null, // makes a row, where people may add some
  previewOf: pasted => [], // of {row, values}: what the list before a long paste shows
  onTouched () {},
  onAccepted (row, held) {},
  onSaved (row, answer) {},
  onRefused (row, answer) {},
  undoAdded (key) {}
}
