const list = ['order', ['searchList']];
new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST' },
  ordering: { indicators: false, handler: false },
  columnControl: ['order', ['search']],
  columns: [
    { data: 'name' },
    { data: 'birthday', type: 'date' },
    { data: 'balance', type: 'num' },
    { data: 'city' },
    { data: 'state', columnControl: list },
    { data: 'country', columnControl: list },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
