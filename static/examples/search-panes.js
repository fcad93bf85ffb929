const pane = { show: true }; // cascade refreshes only panes that say so
new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST' },
  layout: { top1: 'searchPanes' },
  searchPanes: { cascadePanes: true, viewTotal: true, layout: 'columns-3' },
  columns: [
    { data: 'name' },
    { data: 'email' },
    { data: 'active', searchPanes: pane },
    { data: 'state', searchPanes: pane },
    { data: 'country', searchPanes: pane },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
  initComplete() { // what the panes lack: names of their boxes, a stop for the keyboard
    const panes = document.querySelector('.dtsp-panes');
    panes.querySelectorAll('input').forEach(box => { box.ariaLabel = box.title; });
    panes.querySelectorAll('.dt-scroll-body').forEach(list => { list.tabIndex = 0; });
  },
});
