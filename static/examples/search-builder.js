new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', type: 'POST' },
  layout: { top1: 'searchBuilder' },
  typeDetect: false, // or the first page's cells decide on the conditions
  columns: [
    { data: 'name', type: 'string' },
    { data: 'company', type: 'string' },
    { data: 'birthday', type: 'date' },
    { data: 'balance', type: 'num' },
    { data: 'country', type: 'string' },
  ],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
