const table = new DataTable('#table', {
  serverSide: true,
  ajax: 'rows',
  columns: ['country', 'rank', 'name', 'balance'].map(data => ({ data })),
  order: [[0, 'asc'], [1, 'asc']],
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
document.querySelector('#first').addEventListener('change', event => table.column(1).search(event.target.value).draw());
