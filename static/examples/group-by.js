const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: ['country', 'city', 'people', 'balance', 'youngest'].map(data => ({ data })),
  order: [[2, 'desc']],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
document.querySelector('#people').addEventListener('input', event => table.column(2).search(event.target.value).draw());
