// Original file: proto/patrol.proto


export interface CreatePatrolRequest {
  'date'?: (string);
  'building'?: (string);
  'entrance'?: (number);
}

export interface CreatePatrolRequest__Output {
  'date': (string);
  'building': (string);
  'entrance': (number);
}
