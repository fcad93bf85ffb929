const pane = { searchPanes: { show: true } }; // without it, cascade does not refresh a pane
new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST' },
  layout: { top1: 'searchPanes' },
  searchPanes: { cascadePanes: true, viewTotal: true, layout: 'columns-3' },
  columns: [
    { data: 'name' }, { data: 'email' },
    { data: 'active', ...pane }, { data: 'state', ...pane }, { data: 'country', ...pane },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
