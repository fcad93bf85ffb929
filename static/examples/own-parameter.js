const country = document.querySelector('#country');
const table = new DataTable('#table', {
  serverSide: true,
  ajax: { url: 'rows', data: request => { request.country = country.value; } },
  columns: ['id', 'name', 'email', 'city', 'country'].map(data => ({ data })),
  columnDefs: [{ targets: '_all', render: DataTable.render.text() }],
});
country.addEventListener('change', () => table.draw());
